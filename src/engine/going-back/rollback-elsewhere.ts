import { hostLabel, startWorkerHint } from '../../core/workers/host.ts';
import { DeployerError } from '../../errors.ts';
import { pause } from '../../lib/pause.ts';
import { databaseNowMs } from '../../store/clock.ts';
import type { Queries } from '../../store/database.ts';
import { silentHost } from '../../store/workers.ts';
import type { EngineParts } from '../parts.ts';
import type { RollbackInput, RollbackOutcome } from '../workflow-inputs.ts';

/** A worker takes a rollback up within a second or two; after this it is not taken up any more. */
const takenUpWithinMs = 10_000;
/** Between the last moment to begin, and when whoever asked is told that nobody did. */
const graceMs = 2000;
const lookMs = 200;

export interface Elsewhere {
  readonly input: RollbackInput;
  readonly host: string;
}

/** Asks the workers of another host for a rollback, and resolves with how it ended. It is begun soon, or never. */
export async function rollbackElsewhere(
  { database: { db }, messages }: EngineParts,
  { input, host }: Elsewhere,
  signal: AbortSignal,
): Promise<RollbackOutcome> {
  await refuseSilent(db, host, `${input.environment} stays as it is`);
  const notAfterMs = (await databaseNowMs(db)) + takenUpWithinMs;
  await messages.startRollback({ ...input, notAfterMs }, host);
  const givenUpAt = performance.now() + takenUpWithinMs + graceMs;
  for (;;) {
    const state = await messages.rollbackState(input.holder);
    if (state.kind === 'ended') return state.outcome;
    if (state.kind === 'queued' && performance.now() > givenUpAt) return { kind: 'late' };
    if (state.kind === 'going')
      await refuseSilent(db, host, 'the rollback has begun and goes on when there is one');
    await pause(lookMs, signal);
  }
}

async function refuseSilent(db: Queries, id: string, consequence: string): Promise<void> {
  const silent = await silentHost(db, id);
  if (silent === null) return;
  throw new DeployerError('host_silent', {
    message: `No worker has run on ${hostLabel(silent)} since ${new Date(silent.seenAtMs).toISOString()}; ${consequence}.`,
    hint: startWorkerHint(silent),
  });
}
