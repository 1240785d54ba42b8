import type { IntegrationDefinition, Policy } from '../definition/integration.ts';
import { jsonDiff, type Change } from '../texts/json-diff.ts';
import { obligationsOf } from '../approval/obligations.ts';
import { environmentStages, type Plan, type Policies } from './plan.ts';

/**
 * What judges a release: the policy in force, which is that of the stable deployment it would replace, and not the one
 * that its own commit brings. Tests that the commit adds count at once, because they can only say no. Where nothing is
 * stable there is no other policy than its own.
 */
export function judgingPolicy(inForce: Policy | null, brought: Policy): Policy {
  if (inForce === null) return brought;
  const added = brought.gates.filter((gate) => gate !== 'uat');
  return {
    ...inForce,
    gates: [...new Set([...inForce.gates, ...added])],
    buildGates: [...new Set([...inForce.buildGates, ...brought.buildGates])],
    performance: inForce.performance ?? brought.performance,
    ...requiredBy(inForce, brought),
    ...obligationsOf(inForce, brought),
  };
}

/** Requiring more can only say no, so it counts at once as added tests do. */
function requiredBy(inForce: Policy, brought: Policy): Pick<Policy, 'requires'> {
  const requires = [...new Set([...(inForce.requires ?? []), ...(brought.requires ?? [])])];
  return requires.length === 0 ? {} : { requires };
}

/** What becomes other in an environment once the release is stable there; empty when it keeps the policy. */
export function policyChanges(inForce: Policy, brought: Policy): readonly Change[] {
  return jsonDiff(inForce, brought);
}

/** A definition whose environment is judged by a policy: what a stage works with. */
export function judgedBy(
  definition: IntegrationDefinition,
  environment: string,
  policy: Policy,
): IntegrationDefinition {
  const { performance } = definition;
  const limited =
    performance === null || policy.performance === null
      ? performance
      : { load: { ...performance.load, ...policy.performance.load }, limits: policy.performance.limits };
  return {
    ...definition,
    performance: limited,
    environments: definition.environments.map((each) =>
      each.name === environment ? { ...each, policy } : each,
    ),
  };
}

export interface MissingGate {
  readonly gate: string;
  /** The environment that requires it. */
  readonly environment: string;
}

/** Gates that judge a release, and that the definition has no test for: it cannot be judged without them. */
export function missingGates(definition: IntegrationDefinition, policies: Policies): readonly MissingGate[] {
  const isThere = (gate: string): boolean => {
    if (gate === 'uat' || gate === 'rollback-rehearsal') return true;
    return gate === 'performance' ? definition.performance !== null : Object.hasOwn(definition.suites, gate);
  };
  return [...policies].flatMap(([environment, { gates, buildGates }]) =>
    [...buildGates, ...gates]
      .filter((gate) => !isThere(gate))
      .map((gate): MissingGate => ({ gate, environment })),
  );
}

/**
 * Stages of an environment that the policy asks for and a plan has not, or the other way round, because another
 * deployment has become stable since the plan was made. Names of stages; empty when the plan still holds.
 */
export function outdatedStages(plan: Plan, environment: string, policy: Policy): readonly string[] {
  const planned = judgements(plan.stages.filter((stage) => stage.environment === environment));
  const wanted = judgements(environmentStages(environment, policy));
  return [
    ...wanted.filter((name) => !planned.includes(name)),
    ...planned.filter((name) => !wanted.includes(name)),
  ];
}

/** A policy says who judges and what is tried; what has to be done in between follows from the definition. */
export function judgements(stages: Plan['stages']): readonly string[] {
  const judging = new Set([
    'approval',
    'suite',
    'performance',
    'checklist',
    'rollback-rehearsal',
    'watch',
    'uat',
  ]);
  return stages.filter(({ kind }) => judging.has(kind)).map(({ name }) => name);
}
