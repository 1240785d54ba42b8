import { downText } from '../../core/switching/fit-to-switch.ts';
import { occupiesPlace } from '../../core/switching/deployment.ts';
import { pause } from '../../lib/pause.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import { type DeploymentRow, findDeployment, runningDeployments } from '../../store/deployments.ts';
import { observed } from '../convergence/observed.ts';
import type { EngineParts } from '../parts.ts';
import { type CopyOrigin, isCopyOf, recordCopy } from '../pipeline/new-deployment.ts';
import { substitutionsOf } from '../pipeline/supplied-secrets.ts';
import { bringUp, targetOfDeployment } from '../switching/deployment-life.ts';

/** What users go back to when a run is undone. */

/**
 * The former deployment, running: as it was kept, or brought back from its frozen inputs. One that runs with a secret
 * that was revoked meanwhile is brought back with the newest version; if that does not come up, users are better served
 * by what they had a moment ago.
 */
export async function revived(
  parts: EngineParts,
  candidate: DeploymentRow,
  signal: AbortSignal,
): Promise<DeploymentRow> {
  const { db } = parts.database;
  const former = await findDeployment(db, candidate.integration, candidate.replaces ?? '');
  const isRunning = occupiesPlace(former.state) && former.state !== 'draining';
  const substituted = await substitutionsOf(parts.secrets, former.preparation);
  if (isRunning && substituted.length === 0) return former;
  try {
    return await broughtBack(parts, former, { replaces: candidate.id, substituted }, signal);
  } catch (error) {
    if (!isRunning || isDatabaseAway(error)) throw error;
    return former;
  }
}

/** Longer than its supervisor, or the machine, takes to be there again. */
const backWithinMs = 20_000;
const lookEveryMs = 250;

/** In a sentence, that it answers nobody and does not come back by itself; null: it answers. */
export async function downFor(
  parts: EngineParts,
  former: DeploymentRow,
  signal: AbortSignal,
): Promise<string | null> {
  const target = await targetOfDeployment(parts, former);
  const endsAtMs = parts.steady.now() + backWithinMs;
  for (;;) {
    const seen = await observed(() => target.observe(former.preparation, signal), [], signal);
    const down = downText(former.id, seen);
    if (down === null || parts.steady.now() >= endsAtMs) return down;
    await pause(lookEveryMs, signal);
  }
}

async function broughtBack(
  parts: EngineParts,
  former: DeploymentRow,
  origin: CopyOrigin,
  signal: AbortSignal,
): Promise<DeploymentRow> {
  const copies = await runningDeployments(parts.database.db, former.integration, former.environment);
  const known = copies.find((row) => row.replaces === origin.replaces && isCopyOf(row, former));
  const row =
    known ??
    (await parts.database.transaction((transaction) => recordCopy(parts, transaction, former, origin)));
  return await bringUp(parts, row, signal);
}
