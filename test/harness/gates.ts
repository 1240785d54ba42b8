import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { untilTrue } from './until.ts';

/**
 * Points at which a command or a component of a fixture stops until the test lets it on: that makes the moment of a
 * crash exact. A gate is a file; whoever comes to it leaves another one.
 */
export interface Gates {
  readonly folder: string;
  /** Whoever comes to the gate from now on waits there. */
  close(gate: string): Promise<void>;
  open(gate: string): Promise<void>;
  /** Resolves when somebody has come to the gate since it was closed. */
  reached(gate: string): Promise<void>;
  /** How often somebody has come to the gate since all were opened. */
  visits(gate: string): Promise<number>;
  openAll(): Promise<void>;
  /** A shell command that comes to the gate. */
  shell(gate: string): string;
}

export async function openGates(folder: string): Promise<Gates> {
  await mkdir(folder, { recursive: true });
  const closed = (gate: string): string => join(folder, `${gate}.closed`);
  const reached = (gate: string): string => join(folder, `${gate}.reached`);
  return {
    folder,
    async close(gate) {
      await rm(reached(gate), { force: true });
      await writeFile(closed(gate), '');
    },
    open: (gate) => rm(closed(gate), { force: true }),
    reached: (gate) => untilTrue(`somebody to come to the gate ${gate}`, () => existsSync(reached(gate))),
    async visits(gate) {
      return existsSync(reached(gate)) ? (await readFile(reached(gate), 'utf8')).length : 0;
    },
    async openAll() {
      for (const file of await readdir(folder)) await rm(join(folder, file));
    },
    shell: (gate) => `printf x >> ${reached(gate)}; while [ -e ${closed(gate)} ]; do sleep 0.02; done`,
  };
}
