import { readFile } from 'node:fs/promises';

import type { Home } from '../../src/lib/home.ts';
import { identifyProcess, signalProcess } from '../../src/lib/process-identity.ts';
import { type NamedPoint, workStages } from '../../src/lib/named-point.ts';
import { readDatabaseFile } from '../../src/store/embedded/database-file.ts';
import type { Relay } from '../harness/relay.ts';
import { pick } from './matrix.ts';

/**
 * `frozen`: the embedded database keeps its connections and answers nobody. `gone`: an external one refuses
 * connections, and Deployer cannot bring it back.
 */
export type Absence = 'frozen' | 'gone';

export interface Away {
  readonly point: NamedPoint;
  readonly absence: Absence;
}

/** What a stage does goes on without the database (`begun`), or is done and cannot be recorded (`done`). */
export const absences: readonly Away[] = workStages.flatMap((stage) =>
  (['begun', 'done'] as const).flatMap((when) =>
    (['frozen', 'gone'] as const).map((absence) => ({ point: `${stage}: ${when}` as const, absence })),
  ),
);

export function nameOfAbsence({ point, absence }: Away): string {
  return `${point} / ${absence}`;
}

/** Three that are chosen by the seed alone, with both kinds of absence among them. */
export function chosenAbsences(seed: number): readonly Away[] {
  return pick(absences, { seed, count: 3, nameOf: nameOfAbsence, kindOf: ({ absence }) => absence });
}

/** Takes a home's database away; returns what brings it back. @param relay by which an external one is reached */
export async function goAway(
  absence: Absence,
  { home, relay }: { readonly home: Home; readonly relay: Relay },
): Promise<() => Promise<void>> {
  if (absence === 'frozen') return await freeze(home);
  await relay.goAway();
  return () => relay.comeBack();
}

/** Stops the server of a home's embedded database and every process of it; returns what lets them go on. */
async function freeze(home: Home): Promise<() => Promise<void>> {
  const postmaster = (await readDatabaseFile(home))?.process ?? null;
  if (postmaster === null) throw new Error('no database to freeze');
  // The server first: it starts no further process then.
  await signalProcess(postmaster, 'SIGSTOP');
  const { pid } = postmaster;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const found = await Promise.all(
    children
      .trim()
      .split(' ')
      .map((each) => identifyProcess(Number(each))),
  );
  const sessions = found.filter((each) => each !== null);
  for (const session of sessions) await signalProcess(session, 'SIGSTOP');
  return async () => {
    for (const frozen of [...sessions, postmaster]) await signalProcess(frozen, 'SIGCONT');
  };
}
