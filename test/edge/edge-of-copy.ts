import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

import { edgeAnswers } from '../../src/edge/admin-client.ts';
import { type EdgeRecord, readEdgeRecord } from '../../src/edge/edge-record.ts';
import { defaultLimits } from '../../src/edge/limits.ts';
import type { EdgeArguments } from '../../src/edge/schema.ts';
import { startDetached } from '../../src/lib/detached-process.ts';
import { deadline, defaultSettings, type EdgeUnderTest } from './edge-harness.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));

/** Programs that lie elsewhere than those of this process, and may be changed under an edge, as an upgrade does. */
export interface Programs {
  /** Replaces a text that is in a file below `src/edge/`. */
  change(file: string, from: string, to: string): Promise<void>;
  /** Ends the edge and starts it again from these programs. */
  startEdge(workers: number): Promise<EdgeRecord>;
}

export async function copiedPrograms({ home, folder, ref, edges }: EdgeUnderTest): Promise<Programs> {
  const copy = join(home, 'programs');
  for (const part of ['src', 'package.json']) {
    await cp(join(project, part), join(copy, part), { recursive: true });
  }
  await symlink(join(project, 'node_modules'), join(copy, 'node_modules'));

  async function answering(): Promise<EdgeRecord | null> {
    const record = await readEdgeRecord(folder);
    return record !== null && (await edgeAnswers(record)) ? record : null;
  }

  return {
    async change(file, from, to) {
      const path = join(copy, 'src/edge', file);
      const text = await readFile(path, 'utf8');
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      await writeFile(path, text.replace(from, to));
    },
    async startEdge(workers) {
      await edges.stop(ref, deadline());
      const settings = { ...defaultSettings, workers };
      const options: EdgeArguments = {
        edge: ref,
        folder,
        authorityFolder: join(home, 'ca'),
        settings,
        limits: defaultLimits,
      };
      return await startDetached({
        entry: join(copy, 'src/edge/main.ts'),
        args: [JSON.stringify(options)],
        logFile: join(folder, 'edge.log'),
        ready: answering,
        timeoutMs: 15_000,
        signal: deadline(),
      });
    },
  };
}
