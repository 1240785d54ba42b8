import type { EnvironmentDefinition, IntegrationDefinition, Policy } from '../definition/integration.ts';
import { isResident } from '../residents/resident.ts';
import { unknownEnvironment } from '../texts/unknown-environment.ts';

export type StageKind =
  | 'checkout'
  | 'build'
  | 'package'
  | 'setup'
  | 'suite'
  | 'performance'
  | 'approval'
  | 'residents'
  | 'migrate'
  | 'prepare'
  | 'verify'
  | 'checklist'
  | 'switch'
  | 'rollback-rehearsal'
  | 'watch'
  | 'uat';

/** What a run will do, decided from the definition before anything is done. Stored with the run. */
export interface Plan {
  readonly v: 1;
  readonly stages: readonly Stage[];
}

export interface Stage {
  /** What people read and type: the kind, and for a suite the suite's name. */
  readonly name: string;
  readonly kind: StageKind;
  /** Null before any environment. */
  readonly environment: string | null;
  readonly suite?: string;
}

/** A line of `check`: a stage and the gates that it decides. */
export interface PlanLine {
  readonly stage: string;
  readonly environment: string | null;
  readonly gates: readonly string[];
}

/** By environment, what judges a release there. */
export type Policies = ReadonlyMap<string, Policy>;

/**
 * The stages of a ship up to and including the environment `to`. Throws `environment_not_found`.
 *
 * Which gates there are is said by the policies that judge, which need not be those that the definition brings. Inside
 * an environment: approval, the residents, the migration, the candidate prepared and verified, suites and load against
 * its preview in the order of `gates`, required items of the checklist, then the switch, and after it what needs the
 * candidate to be stable.
 */
export function planOf(definition: IntegrationDefinition, to: string, policies: Policies = new Map()): Plan {
  const environments = environmentsUpTo(definition, to).map(({ name, policy }) => ({
    name,
    policy: policies.get(name) ?? policy,
  }));
  const brings = {
    isMigrating: definition.migrations !== undefined,
    hasResidents: definition.components.some(isResident),
  };
  const buildGates = new Set(environments.flatMap(({ policy }) => policy.buildGates));
  const stages: Stage[] = [
    { name: 'checkout', kind: 'checkout', environment: null },
    { name: 'build', kind: 'build', environment: null },
    { name: 'package', kind: 'package', environment: null },
  ];
  const tests = [
    ...[...buildGates].map((suite) => suiteStage(suite, null)),
    ...environments.flatMap(({ name, policy }) => environmentStages(name, policy, brings)),
  ];
  if (definition.setup !== null && tests.some(({ kind }) => kind === 'suite' || kind === 'migrate')) {
    stages.push({ name: 'setup', kind: 'setup', environment: null });
  }
  return { v: 1, stages: [...stages, ...tests] };
}

/** Kinds of stages that may hold or end a run by their own judgement of the release. */
export const gateKinds: ReadonlySet<StageKind> = new Set<StageKind>([
  'suite',
  'performance',
  'checklist',
  'approval',
  'rollback-rehearsal',
  'watch',
  'uat',
]);

export function planLines(plan: Plan): readonly PlanLine[] {
  return plan.stages.map(({ name, kind, environment }) => ({
    stage: name,
    environment,
    gates: gateKinds.has(kind) ? [name] : [],
  }));
}

/** Names of the environments that a run goes through, in order. */
export function environmentsOf(plan: Plan): readonly string[] {
  return [...new Set(plan.stages.flatMap(({ environment }) => environment ?? []))];
}

function environmentsUpTo(definition: IntegrationDefinition, to: string): readonly EnvironmentDefinition[] {
  const last = definition.environments.findIndex(({ name }) => name === to);
  if (last >= 0) return definition.environments.slice(0, last + 1);
  const names = definition.environments.map(({ name }) => name);
  throw unknownEnvironment({ integration: definition.key, name: to, names, path: 'to' });
}

/** What a release brings that asks for stages of its own. */
export interface Brings {
  readonly isMigrating: boolean;
  readonly hasResidents: boolean;
}

/** What a policy makes of a run in one environment, and what the release brings. */
export function environmentStages(
  environment: string,
  policy: Policy,
  { isMigrating, hasResidents }: Brings = { isMigrating: false, hasResidents: false },
): readonly Stage[] {
  const { gates } = policy;
  const stage = (kind: StageKind): Stage => ({ name: kind, kind, environment });
  return [
    ...(policy.approval === null ? [] : [stage('approval')]),
    ...(hasResidents ? [stage('residents')] : []),
    ...(isMigrating ? [stage('migrate')] : []),
    stage('prepare'),
    stage('verify'),
    ...gates.filter((gate) => !isAfterSwitch(gate)).map((gate) => suiteStage(gate, environment)),
    ...((policy.requires ?? []).length === 0 ? [] : [stage('checklist')]),
    stage('switch'),
    ...(gates.includes('rollback-rehearsal') ? [stage('rollback-rehearsal')] : []),
    ...(policy.watch === null ? [] : [stage('watch')]),
    ...(policy.uat === null ? [] : [stage('uat')]),
  ];
}

function isAfterSwitch(gate: string): boolean {
  return gate === 'uat' || gate === 'rollback-rehearsal';
}

function suiteStage(name: string, environment: string | null): Stage {
  if (name === 'performance') return { name, kind: 'performance', environment };
  return { name, kind: 'suite', environment, suite: name };
}
