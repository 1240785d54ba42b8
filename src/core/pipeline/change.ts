import type { Plan, Stage, StageKind } from './plan.ts';
import type { StageState } from './run.ts';

/**
 * A *change* is what a run does to one environment, from preparing the candidate to the end of the watch. It holds the
 * environment; waiting for a person (approval before it, UAT after it) does not.
 */
const changeKinds: ReadonlySet<StageKind> = new Set<StageKind>([
  'residents',
  'migrate',
  'prepare',
  'verify',
  'checklist',
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

/** Whether a run has no candidate of its own in the environment yet when this stage begins. */
export function isBeforeCandidate({ kind }: Pick<Stage, 'kind'>): boolean {
  return kind === 'approval' || kind === 'residents' || kind === 'migrate' || kind === 'prepare';
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
 * The stages that a retry of an ended run does, by index; null when every stage passed. It begins with the first stage
 * that did not pass, or, inside a change, with the first stage of that change, because its candidate has ended. Where a
 * suite, a load or a migration follows, the workspace, which went with the run, is made again first; nothing is
 * rebuilt, as the artifacts of the release are put in place.
 */
export function retryStages(plan: Plan, states: readonly StageState[]): readonly number[] | null {
  const failed = states.findIndex((state) => state !== 'passed' && state !== 'waived');
  const stage = plan.stages[failed];
  if (stage === undefined) return null;
  const from = stage.environment === null ? 0 : resumeIn(plan, stage, failed);
  const ahead = plan.stages.slice(from).map((_, offset) => from + offset);
  const isWorkspaceNeeded = plan.stages.slice(from).some(needsWorkspace);
  const workspaceStages = plan.stages.flatMap(({ kind }, index) =>
    index < from && ['checkout', 'build', 'setup'].includes(kind) ? [index] : [],
  );
  return isWorkspaceNeeded ? [...workspaceStages, ...ahead] : ahead;
}

function resumeIn(plan: Plan, stage: Stage, failed: number): number {
  if (stage.kind === 'approval') return failed;
  const first = plan.stages.findIndex(
    (candidate) => candidate.environment === stage.environment && isInChange(candidate),
  );
  return first < 0 ? failed : first;
}

/** Whether a stage works in the run's checkout. */
export function needsWorkspace({ kind }: Stage): boolean {
  return kind === 'suite' || kind === 'performance' || kind === 'migrate';
}
