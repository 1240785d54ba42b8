import type { Plan, Stage, StageKind } from './plan.ts';
import type { StageState } from './run.ts';

/**
 * A *change* is what a run does to one environment, from preparing the candidate to the end of the watch. It holds the
 * environment; waiting for a person (approval before it, UAT after it) does not.
 */
const changeKinds: ReadonlySet<StageKind> = new Set<StageKind>([
  'migrate',
  'prepare',
  'verify',
  'suite',
  'performance',
  'switch',
  'rollback-rehearsal',
  'watch',
]);

export function isInChange(stage: Stage): boolean {
  return stage.environment !== null && changeKinds.has(stage.kind);
}

export function isHumanGate(stage: Stage): boolean {
  return stage.kind === 'approval' || stage.kind === 'uat';
}

/** Whether the environment must be taken before this stage. */
export function opensChange(plan: Plan, index: number): boolean {
  const stage = plan.stages[index];
  const before = plan.stages[index - 1];
  if (stage === undefined || !isInChange(stage)) return false;
  return before === undefined || !isInChange(before) || before.environment !== stage.environment;
}

/** Whether the environment is given back after this stage. */
export function closesChange(plan: Plan, index: number): boolean {
  const stage = plan.stages[index];
  const after = plan.stages[index + 1];
  if (stage === undefined || !isInChange(stage)) return false;
  return after === undefined || !isInChange(after) || after.environment !== stage.environment;
}

/** The approval stage of the environment in which stage `index` lies; null when it has none. */
export function approvalOf(plan: Plan, index: number): number | null {
  const environment = plan.stages[index]?.environment;
  const found = plan.stages.findIndex(
    (stage) => stage.kind === 'approval' && environment !== null && stage.environment === environment,
  );
  return found < 0 ? null : found;
}

/**
 * Where a retry of a failed run begins: its first stage that did not pass, or, inside a change, the first stage of
 * that change, because its candidate has ended. What the workspace holds is made again when it is needed, so a retry
 * before the first environment begins with the checkout. Null when every stage passed.
 */
export function resumePoint(plan: Plan, states: readonly StageState[]): number | null {
  const failed = states.findIndex((state) => state !== 'passed');
  const stage = plan.stages[failed];
  if (stage === undefined) return null;
  if (stage.environment === null) return 0;
  if (!isInChange(stage) && stage.kind !== 'uat') return failed;
  const first = plan.stages.findIndex(
    (candidate) => candidate.environment === stage.environment && isInChange(candidate),
  );
  return first < 0 ? failed : first;
}
