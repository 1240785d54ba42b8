import type { AuditAction } from '../../core/audit/audit-action.ts';
import { holdReason, unholdCommand } from '../../core/order/hold.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Queries } from '../../store/database.ts';
import { findEnvironment } from '../../store/environments.ts';
import { activeHolds, liftHolds, renewHold } from '../../store/holds.ts';
import { findRelease, type ReleaseRow } from '../../store/releases.ts';
import type { EngineParts } from '../parts.ts';

export interface HoldOrder {
  readonly integration: string;
  /** Digest, unique prefix (>= 6), commit or version. */
  readonly release: string;
  /** Null: every environment. */
  readonly environment: string | null;
  readonly reason: string;
  readonly by: Actor;
}

/** Keeps a release, and every one of equal content, out of an environment until a person lifts it. */
export async function hold(parts: EngineParts, order: HoldOrder): Promise<ReleaseRow> {
  return await parts.database.transaction(async ({ db }) => {
    if (order.environment !== null) await findEnvironment(db, order.integration, order.environment);
    const release = await findRelease(db, order.integration, order.release);
    await renewHold(db, release, order);
    await writeAudit(db, auditOf('hold', order, release));
    return release;
  });
}

/** Lifts holds of a release. */
export async function unhold(parts: EngineParts, order: HoldOrder): Promise<ReleaseRow> {
  return await parts.database.transaction(async ({ db }) => {
    const release = await findRelease(db, order.integration, order.release);
    if ((await liftHolds(db, release, order)) === 0) throw await notHeld(db, release, order);
    await writeAudit(db, auditOf('unhold', order, release));
    return release;
  });
}

/** One that is on hold everywhere is so there too: only lifting it everywhere lets it in. */
async function notHeld(db: Queries, release: ReleaseRow, { environment }: HoldOrder): Promise<DeployerError> {
  const { version, content, integration } = release;
  const others = (await activeHolds(db, integration)).filter((hold) => hold.content === content);
  const everywhere = others.find((hold) => hold.environment === null);
  const there = environment === null ? '' : ` in ${environment}`;
  return new DeployerError('hold_not_found', {
    message:
      everywhere === undefined
        ? `Release ${version} is not on hold${there}.`
        : `Release ${version} is on hold everywhere, not${there} alone: ${holdReason(everywhere)}.`,
    hint: everywhere === undefined ? 'deployer releases' : unholdCommand(version, everywhere),
  });
}

function auditOf(
  action: AuditAction,
  { integration, environment, reason, by }: HoldOrder,
  release: ReleaseRow,
) {
  return { integration, actor: by, action, subject: release.id, detail: { environment, reason } };
}
