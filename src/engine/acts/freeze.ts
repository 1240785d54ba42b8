import { isFrozen } from '../../core/order/freeze.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Queries, Transaction } from '../../store/database.ts';
import { capacityWaiters, findEnvironment, lockEnvironment } from '../../store/environments.ts';
import {
  endFreeze,
  type FreezeRow,
  insertFreeze,
  type NewFreeze,
  standingFreeze,
} from '../../store/freezes.ts';
import { findRun } from '../../store/runs.ts';
import { workflowOf } from '../messages.ts';
import { asFreeze } from '../order/freezes.ts';
import type { EngineParts } from '../parts.ts';

export interface FreezeOrder {
  readonly integration: string;
  readonly environment: string;
  readonly by: Actor;
}

/** From now on the environment takes no new releases; what is past its beginning there finishes. */
export async function freeze(
  parts: EngineParts,
  order: FreezeOrder & { readonly reason: string; readonly until: Date | null },
): Promise<FreezeRow> {
  const { integration, environment, by, reason, until } = order;
  if (until !== null && until.getTime() <= parts.clock.now()) {
    throw new DeployerError('request_invalid', {
      message: `A freeze until ${until.toISOString()} is over already.`,
      hint: 'Name a time that is still to come, for example --until 2h.',
      path: 'until',
    });
  }
  return await parts.database.transaction(async ({ db }) => {
    await findEnvironment(db, integration, environment);
    await lockEnvironment(db, integration, environment);
    const standing = await standingFreeze(db, order);
    if (standing !== null && isFrozen(asFreeze(standing), parts.clock.now())) throw frozenAlready(standing);
    return await putFreeze(db, { integration, environment, reason, until, by });
  });
}

/** Freezes an environment. One that stands ends: its time is over, or the new one takes its place. */
export async function putFreeze(
  db: Queries,
  freeze: NewFreeze,
  why: 'its time was over' | 'another one takes its place' = 'its time was over',
): Promise<FreezeRow> {
  const { integration, environment, reason, until, by } = freeze;
  const standing = await standingFreeze(db, freeze);
  if (standing !== null) await endFreeze(db, standing, { by, reason: why });
  await writeAudit(db, {
    integration,
    actor: by,
    action: 'freeze',
    subject: environment,
    detail: { reason, until: until?.toISOString() ?? null },
  });
  return await insertFreeze(db, freeze);
}

/** Ends a freeze; the runs that waited for that go on, oldest first. */
export async function unfreeze(
  parts: EngineParts,
  { integration, environment, by, reason }: FreezeOrder & { readonly reason: string | null },
): Promise<void> {
  await parts.database.transaction(async (transaction) => {
    const { db } = transaction;
    await findEnvironment(db, integration, environment);
    await lockEnvironment(db, integration, environment);
    const standing = await standingFreeze(db, { integration, environment });
    if (standing === null || !isFrozen(asFreeze(standing), parts.clock.now())) {
      throw new DeployerError('freeze_not_found', {
        message: `${environment} is not frozen.`,
        hint: 'deployer status',
      });
    }
    await endFreeze(db, standing, { by, reason });
    const detail = { reason, frozenBy: standing.identity, since: standing.at.toISOString() };
    await writeAudit(db, { integration, actor: by, action: 'unfreeze', subject: environment, detail });
    await wakeWaiting(parts, transaction, { integration, environment });
  });
}

async function wakeWaiting(
  { messages }: EngineParts,
  { db, client }: Transaction,
  { integration, environment }: Pick<FreezeOrder, 'integration' | 'environment'>,
): Promise<void> {
  for (const id of await capacityWaiters(db, await findEnvironment(db, integration, environment))) {
    const run = await findRun(db, id);
    await messages.wake(client, workflowOf(run.id, run.attempt));
  }
}

function frozenAlready({ environment, identity, reason }: FreezeRow): DeployerError {
  return new DeployerError('freeze_exists', {
    message: `${environment} is frozen already, by ${identity}: ${reason}.`,
    hint: `deployer unfreeze ${environment}   (then freeze it anew)`,
  });
}
