import type { DeploymentState } from '../switching/deployment.ts';
import { type Hold, holdReason } from '../order/hold.ts';
import { type Substitution, substitutionText } from '../secrets/secrets.ts';
import type { SwitchCause } from '../switching/switcher.ts';

type StandingHold = Pick<Hold, 'environment' | 'reason' | 'identity'>;

/** A deployment that was stable once, as the choice of what to go back to sees it. */
export interface FormerDeployment {
  readonly deployment: string;
  readonly release: string;
  readonly configuration: string;
  readonly state: DeploymentState;
  /** Why its release may not come back; null when it is not on hold. */
  readonly hold: StandingHold | null;
  /** Its artifacts went with its release. */
  readonly isPruned: boolean;
  /** Why users were moved away from it last; null: never, or only for a rehearsal. */
  readonly leftBy: SwitchCause | null;
}

/** Its run ended badly, with or without a verdict on it: it never became what users were to have. */
const neverArrived: ReadonlySet<SwitchCause> = new Set(['undo', 'watch', 'uat']);

/**
 * What a bare `rollback` goes to: the newest earlier stable deployment that is not held. One of the same release and
 * configuration as what is live would change nothing, so it is passed over; so is one whose run was undone, and one
 * that was pruned.
 *
 * @param former everything that was stable, the latest first; what is live now may be among it
 */
export function previousOf(
  live: FormerDeployment | null,
  former: readonly FormerDeployment[],
): FormerDeployment | null {
  return earlier(live, former).find(({ hold }) => hold === null) ?? null;
}

/** What `previousOf` would have chosen, if its release were not on hold; null: no hold is in the way. */
export function heldPrevious(
  live: FormerDeployment | null,
  former: readonly FormerDeployment[],
): FormerDeployment | null {
  const [first] = earlier(live, former);
  return first === undefined || first.hold === null ? null : first;
}

function earlier(
  live: FormerDeployment | null,
  former: readonly FormerDeployment[],
): readonly FormerDeployment[] {
  const isOther = (candidate: FormerDeployment): boolean =>
    live === null ||
    (candidate.deployment !== live.deployment &&
      (candidate.release !== live.release || candidate.configuration !== live.configuration));
  const hasArrived = ({ leftBy }: FormerDeployment): boolean => leftBy === null || !neverArrived.has(leftBy);
  return former.filter((candidate) => !candidate.isPruned && isOther(candidate) && hasArrived(candidate));
}

export interface RollbackFacts {
  readonly target: FormerDeployment | null;
  /** Without a target: what a hold keeps from being it. */
  readonly held: FormerDeployment | null;
  /** Whether anything else than what is live ever was. */
  readonly hasEarlier: boolean;
  /** Whether users ever had it. */
  readonly wasStable: boolean;
  readonly live: string | null;
  /** Versions of its secrets that were revoked since it was prepared: it starts again with others. */
  readonly substituted: readonly Substitution[];
  /** What is wrong with the artifacts that a cold start needs, by component; not looked at while it is warm. */
  readonly damagedArtifacts: readonly string[];
  /** Why the values of its secrets cannot be read; not looked at while it is warm, nor when it needs none. */
  readonly lockedSecrets: readonly string[];
  /** Why no user may go back to it whatever its state; null: they may. */
  readonly noWayBack: string | null;
}

export interface RollbackReadiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** Whether going back would work, known before it is asked for. The reasons say why not, or how it would be done. */
export function rollbackReadiness({
  target,
  held,
  hasEarlier,
  wasStable,
  live,
  substituted,
  damagedArtifacts,
  lockedSecrets,
  noWayBack,
}: RollbackFacts): RollbackReadiness {
  if (target === null) {
    return { ready: false, reasons: [whyNothing({ held, hasEarlier })] };
  }
  if (target.deployment === live) return { ready: false, reasons: [`${target.deployment} is live already`] };
  if (!wasStable) return { ready: false, reasons: [`${target.deployment} was never live`] };
  if (target.hold !== null) return { ready: false, reasons: [onHoldText(target)] };
  if (noWayBack !== null) return { ready: false, reasons: [noWayBack] };
  if (target.isPruned) {
    return {
      ready: false,
      reasons: [`the release of ${target.deployment} was pruned: its artifacts are gone`],
    };
  }
  const secrets = substituted.map(substitutionText);
  if (substituted.some(({ used }) => used === null)) return { ready: false, reasons: secrets };
  if (isWarm(target) && secrets.length === 0)
    return { ready: true, reasons: [`${target.deployment} is warm: one switch`] };
  const broken = [...damagedArtifacts, ...lockedSecrets];
  if (broken.length > 0) return { ready: false, reasons: broken };
  const how = isWarm(target)
    ? `${target.deployment} runs with a revoked secret: a copy of it is brought up, then switched to`
    : `${target.deployment} has retired: it is brought back from its artifacts, then switched to`;
  return { ready: true, reasons: [how, ...secrets] };
}

function whyNothing({ held, hasEarlier }: Pick<RollbackFacts, 'held' | 'hasEarlier'>): string {
  if (held !== null) return onHoldText(held);
  return hasEarlier ? 'nothing that was live before is left to go back to' : 'nothing was live before';
}

function onHoldText({ deployment, hold }: FormerDeployment): string {
  return `the release of ${deployment} is on hold: ${hold === null ? '' : holdReason(hold)}`;
}

export function isWarm({ state }: Pick<FormerDeployment, 'state'>): boolean {
  return state === 'warm' || state === 'live' || state === 'ready';
}
