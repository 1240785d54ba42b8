import type { IntegrationDefinition, Policy } from '../definition/integration.ts';

/** Whose policies may say who sets something aside. */
export interface WaiverPolicies {
  /** Where the waiver is; null: before any environment. */
  readonly environment: string | null;
  /** What judges there, by which people approve there as well; null: nothing does. */
  readonly own: Policy | null;
  /**
   * In promotion order, by what is live and not by the commit, which could add an environment with its own people.
   */
  readonly inForce: readonly { readonly name: string; readonly policy: Policy }[];
}

/**
 * The policy of the environment, or, where that asks nobody for approval, of the next one on the way to the users that
 * does. From an environment that nothing live knows, that is the one that has the users. Null: nobody is named.
 */
export function whoWaives({ environment, own, inForce }: WaiverPolicies): Policy | null {
  const at = inForce.findIndex(({ name }) => name === environment);
  const later = environment === null ? inForce : at < 0 ? inForce.slice(-1) : inForce.slice(at + 1);
  const policies = [...(own === null ? [] : [own]), ...later.map(({ policy }) => policy)];
  return policies.find(({ approval }) => approval !== null) ?? null;
}

/** What is live in an environment, with all that its release says. */
export interface LiveDefinition {
  readonly environment: string;
  readonly definition: IntegrationDefinition;
}

/** Of what is live, what is nearest to the users: it says which environments there are; null: nothing is live. */
export function definitionInForce(live: readonly LiveDefinition[]): IntegrationDefinition | null {
  const found = live.toSorted((one, other) => distance(one) - distance(other));
  return found[0]?.definition ?? null;
}

function distance({ environment, definition: { environments } }: LiveDefinition): number {
  return environments.length - environments.findIndex(({ name }) => name === environment);
}
