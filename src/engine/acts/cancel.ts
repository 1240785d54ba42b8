import { dateOf } from '../../core/clock.ts';
import { hasEnded, standing } from '../../core/pipeline/run.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import { changeRun, findRun, lockRun, type RunRow } from '../../store/runs.ts';
import { workflowOf } from '../messages.ts';
import type { EngineParts } from '../parts.ts';

export type CancelRequest = {
  readonly run: string;
  readonly reason: string;
  readonly by: Actor;
} & (
  | { readonly cause: 'cancel' }
  /** Where it goes back. */
  | { readonly cause: 'rollback'; readonly environment: string }
);

const cancelDeadlineMs = 120_000;

/** Cancels a run and returns when everything that it started has ended and what it changed is undone. */
export async function cancel(
  parts: EngineParts,
  request: CancelRequest,
  signal: AbortSignal,
): Promise<RunRow> {
  await requestCancel(parts, request);
  return await waitUntil(
    async () => {
      const run = await findRun(parts.database.db, request.run);
      return hasEnded(run.state) ? run : null;
    },
    {
      timeoutMs: cancelDeadlineMs,
      signal,
      what: `run ${request.run} to stop`,
      hint: `deployer run ${request.run} --follow`,
    },
  );
}

/** A run that ends by itself meanwhile needs no cancel. */
export function unlessEnded(error: unknown): void {
  if (!(error instanceof DeployerError) || error.code !== 'run_ended') throw error;
}

/** Writes down that a run must end, stops what goes on for it in this process, and wakes its workflow. */
export async function requestCancel(parts: EngineParts, request: CancelRequest): Promise<void> {
  await parts.database.transaction((transaction) => writeCancel(parts, transaction, request));
  parts.work.cancel(request.run, request.reason);
}

/** Writes down that a run must end, and wakes its workflow. Throws `run_ended`. */
export async function writeCancel(
  { messages, clock }: Pick<EngineParts, 'messages' | 'clock'>,
  { db, client }: Transaction,
  { run: id, reason, by, ...why }: CancelRequest,
): Promise<void> {
  const run = await lockRun(db, id);
  if (hasEnded(run.state)) {
    throw new DeployerError('run_ended', {
      message: `Run ${id} ${standing(run.state)}; there is nothing to cancel.`,
      hint: `deployer run ${id}`,
    });
  }
  if (run.cancel !== null) return;
  const at = dateOf(clock).toISOString();
  await changeRun(db, id, { cancel: { ...why, by: by.identity, reason, at } });
  await writeAudit(db, {
    integration: run.integration,
    actor: by,
    action: 'cancel',
    subject: id,
    detail: { reason },
  });
  await messages.wake(client, workflowOf(id, run.attempt));
}
