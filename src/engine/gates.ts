import { decisionDeadlineMs } from '../core/durations.ts';
import type { Stage } from '../core/plan.ts';
import { namedDeciders } from '../core/policy.ts';
import { askingStage, type RunEvent, type Waiting, type WaitingKind } from '../core/run.ts';
import type { Transaction } from '../store/database.ts';
import { type DecisionRow, decisionsOf } from '../store/decisions.ts';
import { appendRunEvents, announceRunEvents } from '../store/run-events.ts';
import { changeRun, findRun, lockRun, type RunRow } from '../store/runs.ts';
import { changeStage, findStage, stagesOf, toStageRecord } from '../store/stages.ts';
import type { EngineParts } from './parts.ts';
import { bindingAt, environmentIn } from './subjects.ts';

/**
 * Gates of people. `ask` writes down what is waited for and until when; a decision is a row of its own, written by
 * whoever decides; `readGate` looks whether the decisions that stand now settle it.
 */
export type GateState =
  | { readonly kind: 'open'; readonly remainingMs: number }
  | { readonly kind: 'passed'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'retry' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'cancelled'; readonly reason: string };

export interface Question {
  readonly run: string;
  readonly index: number;
  readonly kind: WaitingKind;
  readonly reason: string;
}

/** Records that a run waits. Asked again after a crash, it keeps `since` and `deadline`. */
export async function ask(parts: Pick<EngineParts, 'database'>, question: Question): Promise<void> {
  await parts.database.transaction(async ({ db, client }) => {
    const run = await lockRun(db, question.run);
    if (run.waiting?.kind === question.kind && run.waiting.reason === question.reason) return;
    const stage = run.plan.stages[question.index];
    if (stage === undefined) throw new Error(`run ${run.id} has no stage ${question.index}`);
    const now = new Date();
    const waiting: Waiting = {
      kind: question.kind,
      run: run.id,
      environment: stage.environment,
      reason: question.reason,
      since: now.toISOString(),
      deadline: new Date(now.getTime() + decisionDeadlineMs).toISOString(),
      next: nextCommand(question.kind, run),
      ...decidersOf(question.kind, run, stage),
    };
    await changeRun(db, run.id, { state: 'waiting', waiting });
    const isGate = question.kind === 'approval' || question.kind === 'uat';
    const events: RunEvent[] = [{ type: 'waiting', run: run.id, at: waiting.since, waiting }];
    if (isGate) {
      const row = await changeStage(db, run.id, question.index, { state: 'waiting', startedAt: now });
      events.unshift({ type: 'stage', run: run.id, at: waiting.since, ...toStageRecord(row) });
    }
    await appendRunEvents(db, run.id, events);
    await announceRunEvents(client, run.id);
  });
}

export function nextCommand(kind: WaitingKind, run: Pick<RunRow, 'id' | 'integration'>): string {
  switch (kind) {
    case 'approval':
      return `deployer approve ${run.id}`;
    case 'uat':
      return `deployer uat pass ${run.id}`;
    case 'undecided':
      return `deployer retry ${run.id}`;
    case 'freeze':
      return `deployer status --integration ${run.integration}`;
    case 'capacity':
      return `deployer run ${run.id} --follow`;
  }
}

/** With whom a gate of people waits, where the policy names them. */
function decidersOf(kind: WaitingKind, run: RunRow, stage: Stage): Pick<Waiting, 'by'> {
  if (kind !== 'approval' && kind !== 'uat') return {};
  const { policy } = environmentIn(run.definition, stage.environment);
  const by = namedDeciders(kind, policy, { authors: run.authors, requester: run.requester });
  return by.length === 0 ? {} : { by };
}

/** Whether what was asked is settled: by decisions, by a cancel, or by the deadline. */
export async function readGate(parts: EngineParts, runId: string, index: number): Promise<GateState> {
  const { db } = parts.database;
  const run = await findRun(db, runId);
  if (run.cancel !== null) return { kind: 'cancelled', reason: run.cancel.reason };
  const stage = run.plan.stages[index];
  if (stage === undefined || run.waiting === null)
    return { kind: 'cancelled', reason: 'the run waits for nothing' };
  const since = Date.parse(run.waiting.since);
  const decisions = (await decisionsOf(db, run.id, index)).filter(
    ({ attempt, at }) => attempt === run.attempt && (stage.kind === 'approval' || at.getTime() >= since),
  );
  const settled = await settledBy(parts, { run, stage, decisions });
  if (settled !== null) return settled;
  const remainingMs = Date.parse(run.waiting.deadline) - parts.clock.now();
  return remainingMs <= 0 ? { kind: 'expired' } : { kind: 'open', remainingMs };
}

/** Whether nobody has answered yet. An answer is acted upon in a moment, until when the run still says that it waits. */
export async function isUnanswered(parts: EngineParts, run: string): Promise<boolean> {
  const index = askingStage(await stagesOf(parts.database.db, run));
  return index >= 0 && (await readGate(parts, run, index)).kind === 'open';
}

interface Asked {
  readonly run: RunRow;
  readonly stage: Stage;
  readonly decisions: readonly DecisionRow[];
}

async function settledBy(parts: EngineParts, { run, stage, decisions }: Asked): Promise<GateState | null> {
  const rejected = decisions.find(({ kind }) => kind === 'reject' || kind === 'uat-fail');
  if (rejected !== undefined) {
    const said = typeof rejected.detail['reason'] === 'string' ? `: ${rejected.detail['reason']}` : '';
    const verb = rejected.kind === 'reject' ? 'Rejected' : 'UAT failed';
    return { kind: 'failed', reason: `${verb} by ${rejected.identity}${said}` };
  }
  if (decisions.some(({ kind }) => kind === 'retry')) return { kind: 'retry' };
  const signed = decisions.find(({ kind }) => kind === 'uat-pass');
  if (signed !== undefined) return { kind: 'passed', reason: `UAT passed by ${signed.identity}` };
  if (stage.kind !== 'approval') return null;
  const { digest } = await bindingAt(parts.database.db, run, stage);
  const approvers = approversOf(decisions, digest);
  const needed = neededApprovals(run, stage);
  if (approvers.length < needed) return null;
  return { kind: 'passed', reason: `Approved by ${approvers.join(', ')}` };
}

/** People whose approval of exactly this content stands. */
export function approversOf(decisions: readonly DecisionRow[], binding: string): readonly string[] {
  const counted = decisions.filter((decision) => decision.kind === 'approve' && decision.binding === binding);
  return [...new Set(counted.map(({ identity }) => identity))];
}

export function neededApprovals(run: RunRow, stage: Stage): number {
  const environment = run.definition.environments.find(({ name }) => name === stage.environment);
  return environment?.policy.approval?.count ?? 1;
}

/** Closes the question: the run goes on, and a gate's stage has its verdict. */
export async function settle(
  parts: Pick<EngineParts, 'database'>,
  question: { readonly run: string; readonly index: number },
  state: GateState,
): Promise<void> {
  await parts.database.transaction(async ({ db, client }) => {
    const run = await lockRun(db, question.run);
    const stage = run.plan.stages[question.index];
    await changeRun(db, run.id, { state: 'running', waiting: null });
    const isGate = stage?.kind === 'approval' || stage?.kind === 'uat';
    if (!isGate || state.kind === 'open' || state.kind === 'retry') return;
    await endStage({ db, client }, { run: run.id, index: question.index }, state);
  });
}

async function endStage(
  { db, client }: Transaction,
  { run, index }: { readonly run: string; readonly index: number },
  state: Exclude<GateState, { kind: 'open' | 'retry' }>,
): Promise<void> {
  const now = new Date();
  const before = await findStage(db, run, index);
  const row = await changeStage(db, run, index, {
    state: state.kind === 'passed' ? 'passed' : 'failed',
    verdict: state.kind === 'passed' ? 'pass' : 'fail',
    reason: state.kind === 'expired' ? 'No decision before the deadline' : state.reason,
    startedAt: before.started_at ?? now,
    endedAt: now,
  });
  await appendRunEvents(db, run, [{ type: 'stage', run, at: now.toISOString(), ...toStageRecord(row) }]);
  await announceRunEvents(client, run);
}
