import { endedBeforeMs, type RetentionPolicy } from '../../core/retention/retention.ts';
import type { Queries } from '../../store/database.ts';
import { endedWorkflows } from '../../store/workflows.ts';
import type { Messages } from '../messages.ts';

/** A pruning takes minutes at most; what is left goes with the next ones. */
const mostAtATime = 20_000;
/** Each of these is a transaction of a fraction of a second, beside runs that go on. */
const batchSize = 500;

export interface WhoseRecords {
  readonly integrations: readonly string[];
  readonly nowMs: number;
  readonly policy: RetentionPolicy;
}

/** Workflows of which the engine's records may go now. */
export async function workflowsToForget(
  db: Queries,
  { integrations, nowMs, policy }: WhoseRecords,
): Promise<readonly string[]> {
  const before = new Date(endedBeforeMs(nowMs, policy));
  return await endedWorkflows(db, { integrations, before, limit: mostAtATime });
}

/** Cut off, it leaves what the next pruning finds again. */
export async function forgetWorkflows(
  messages: Pick<Messages, 'forget'>,
  workflows: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (let start = 0; start < workflows.length; start += batchSize) {
    signal.throwIfAborted();
    await messages.forget(workflows.slice(start, start + batchSize));
  }
}
