import type { EnvironmentDefinition, IntegrationDefinition, Policy } from '../definition/integration.ts';
import { environmentStages } from './plan.ts';
import { judgements } from './policy-in-force.ts';

/** An environment in which something is stable, as that brought it. */
export interface StableEnvironment {
  readonly environment: string;
  /** The stable deployment. */
  readonly from: string;
  /** The policy in force there. */
  readonly policy: Policy;
  /** Names of the environments that its release went through first, in order. */
  readonly before: readonly string[];
}

export interface MissingEnvironment {
  readonly environment: string;
  /** What is reached by way of it. */
  readonly before: string;
  /** The stable deployment there, which came that way. */
  readonly from: string;
}

/**
 * Environments through which releases come to another one by what is in force, and that a definition has not, or not
 * before it: their gates would judge nothing. One that judges nothing any more may go.
 */
export function missingEnvironments(
  definition: Pick<IntegrationDefinition, 'environments'>,
  stable: readonly StableEnvironment[],
): readonly MissingEnvironment[] {
  const judging = new Set(
    stable
      .filter(({ environment, policy }) => isJudging(environment, policy))
      .map(({ environment }) => environment),
  );
  return stable.flatMap(({ environment: name, from, before }) => {
    if (!definition.environments.some((each) => each.name === name)) return [];
    const kept = namesBefore(definition.environments, name);
    return before
      .filter((each) => judging.has(each) && !kept.includes(each))
      .map((environment) => ({ environment, before: name, from }));
  });
}

/** Names of the environments before one, as a definition orders them. */
export function namesBefore(
  environments: readonly Pick<EnvironmentDefinition, 'name'>[],
  name: string,
): readonly string[] {
  const at = environments.findIndex((each) => each.name === name);
  return environments.slice(0, Math.max(0, at)).map((each) => each.name);
}

function isJudging(environment: string, policy: Policy): boolean {
  return judgements(environmentStages(environment, policy)).length > 0;
}

/** Why a release is not shipped, or not let in, in a sentence without its end. */
export function missingEnvironmentText({ environment, before, from }: MissingEnvironment): string {
  return `${before} is reached by way of ${environment}, as ${from} brought it, and this commit has no such environment before ${before}`;
}
