import { DeployerError } from '../../errors.ts';
import type { Policy } from '../definition/integration.ts';

/** The people behind a release: they may neither approve it nor sign its UAT, unless the policy says why they may. */
export interface Involved {
  /** Commit author and co-authors. */
  readonly authors: readonly string[];
  /** Who shipped it. */
  readonly requester: string;
}

export interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

/** Whether a person may approve (or reject) a release in an environment; null when yes. */
export function refuseApprover(identity: string, policy: Policy, involved: Involved): Refusal | null {
  const approvers = policy.approval?.approvers ?? [];
  if (!includesIdentity(approvers, identity)) {
    return {
      reason: `${identity} is not among the approvers (${approvers.join(', ') || 'nobody'}).`,
      hint: `Ask one of them: ${approvers.join(', ') || 'add approvers to the environment'}.`,
    };
  }
  return refuseInvolved(identity, policy, involved);
}

/** Whether a person may sign the UAT of a release; null when yes. Without named testers, anyone not involved may. */
export function refuseTester(identity: string, policy: Policy, involved: Involved): Refusal | null {
  const testers = policy.uat?.testers ?? [];
  if (testers.length > 0 && !includesIdentity(testers, identity)) {
    return {
      reason: `${identity} is not among the testers (${testers.join(', ')}).`,
      hint: `Ask one of them: ${testers.join(', ')}.`,
    };
  }
  return refuseInvolved(identity, policy, involved);
}

/**
 * Of the people whom a policy names for a gate those who may decide about this release; empty where it names nobody.
 */
export function namedDeciders(
  gate: 'approval' | 'uat',
  policy: Policy,
  involved: Involved,
): readonly string[] {
  if (gate === 'approval') {
    const approvers = policy.approval?.approvers ?? [];
    return approvers.filter((identity) => refuseApprover(identity, policy, involved) === null);
  }
  const testers = policy.uat?.testers ?? [];
  return testers.filter((identity) => refuseTester(identity, policy, involved) === null);
}

/** The same as an error of that person's, who can still take back what is their own. */
export function notAllowed(
  { reason, hint }: Refusal,
  run: Involved & { readonly id: string },
  identity: string,
): DeployerError {
  const own = isInvolved(identity, run) ? ` To take it back: deployer cancel ${run.id}.` : '';
  return new DeployerError('approval_not_allowed', {
    message: reason,
    hint: `${hint}${own} (You are ${identity}; DEPLOYER_USER=<address> acts as somebody else.)`,
  });
}

/** Whether somebody wrote the commit or shipped it: they can take it back themselves. */
export function isInvolved(identity: string, { authors, requester }: Involved): boolean {
  return includesIdentity([...authors, requester], identity);
}

function refuseInvolved(identity: string, policy: Policy, involved: Involved): Refusal | null {
  if (policy.self !== null) return null;
  const part = includesIdentity(involved.authors, identity)
    ? 'wrote this commit'
    : includesIdentity([involved.requester], identity)
      ? 'shipped this run'
      : null;
  if (part === null) return null;
  return {
    reason: `${identity} ${part}, so somebody else has to decide.`,
    hint: 'Ask another person, or state a reason under `approval.self` in the environment.',
  };
}

/** Addresses are compared without regard to case: Git and people write them either way. */
function includesIdentity(list: readonly string[], identity: string): boolean {
  const wanted = identity.toLowerCase();
  return list.some((entry) => entry.toLowerCase() === wanted);
}
