import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
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
    shell: (gate) => `touch ${reached(gate)}; while [ -e ${closed(gate)} ]; do sleep 0.02; done`,
  };
}
