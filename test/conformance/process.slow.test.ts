import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { openArtifactFolder } from '../../src/artifacts/artifact-folder.ts';
import { processTarget } from '../../src/targets/process/target.ts';
import { targetConformance } from './target-conformance.ts';
import { soon, type TargetHarness } from './target-harness.ts';

targetConformance('process', openProcessHarness);

async function openProcessHarness(): Promise<TargetHarness> {
  const home = await mkdtemp(join(tmpdir(), 'process-target-'));
  const artifacts = openArtifactFolder(join(home, 'artifacts'));
  return {
    target: processTarget({ home, artifacts }),
    baseEnv: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      LANG: 'C.UTF-8',
      TMPDIR: tmpdir(),
    },
    artifact: async (files) => {
      const folder = await mkdtemp(join(home, 'source-'));
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      return (await artifacts.pack({ component: 'fixture', folder, exclude: [] }, soon())).digest;
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}
