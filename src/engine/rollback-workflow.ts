import type { SwitchResult } from '../core/switcher.ts';
import { isConnectionLost } from '../store/connection-lost.ts';
import { findDeployment } from '../store/deployments.ts';
import { lockEnvironment } from '../store/environments.ts';
import { bringUp, discardDeployment } from './candidates.ts';
import { giveBack } from './change-lock.ts';
import { durableStep } from './durable-step.ts';
import type { EngineParts } from './parts.ts';
import type { RollbackInput } from './workflow-inputs.ts';

export type ColdRollback =
  | { readonly kind: 'done'; readonly result: SwitchResult }
  | { readonly kind: 'failed'; readonly message: string };

const bringUpDeadlineMs = 15 * 60_000;

/**
 * `rollback@1`: back to a deployment that has retired. Its frozen inputs were recorded as a new deployment, which is
 * brought up and then switched to. When it does not come up, what is live stays live.
 */
export function rollbackWorkflow(parts: EngineParts): (input: RollbackInput) => Promise<ColdRollback> {
  return async (input) => {
    const started = await durableStep('bring up', () => start(parts, input));
    const outcome: ColdRollback =
      started === null
        ? await durableStep('switch', () => moveTraffic(parts, input))
        : { kind: 'failed', message: started };
    await durableStep('leave the environment', () => release(parts, input));
    return outcome;
  };
}

/** Null when it is ready; else why it is not, with everything of it ended. */
async function start(parts: EngineParts, { integration, to }: RollbackInput): Promise<string | null> {
  const row = await findDeployment(parts.database.db, integration, to);
  try {
    await bringUp(parts, row, AbortSignal.timeout(bringUpDeadlineMs));
    return null;
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    await discardDeployment(parts, row, message, AbortSignal.timeout(bringUpDeadlineMs));
    return message;
  }
}

async function moveTraffic(parts: EngineParts, input: RollbackInput): Promise<ColdRollback> {
  const by = { identity: input.by, proven: false };
  const { integration, environment, from, to } = input;
  try {
    const result = await parts.switcher.switchTo(
      { integration, environment, from, to, cause: 'rollback', by, run: null },
      AbortSignal.timeout(bringUpDeadlineMs),
    );
    return { kind: 'done', result };
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function release(
  parts: EngineParts,
  { integration, environment, holder }: RollbackInput,
): Promise<void> {
  await parts.database.transaction(async (transaction) => {
    const row = await lockEnvironment(transaction.db, integration, environment);
    if (row.holder === holder) await giveBack(parts, transaction, row);
  });
}
