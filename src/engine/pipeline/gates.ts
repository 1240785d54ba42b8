import { answers } from '../../core/approval/answers.ts';
import { dateOf } from '../../core/clock.ts';
import type { Stage } from '../../core/pipeline/plan.ts';
import { askingStage } from '../../core/pipeline/run.ts';
import type { Queries, Transaction } from '../../store/database.ts';
import { askedOf, type DecisionRow, decisionsOf } from '../../store/decisions.ts';
import { appendRunEvents, announceRunEvents } from '../../store/run-events.ts';
import { changeRun, findRun, lockRun, type RunRow } from '../../store/runs.ts';
import { changeStage, findStage, stagesOf, toStageRecord } from '../../store/stages.ts';
import type { EngineParts } from '../parts.ts';
import { bindingAt } from '../subjects.ts';
import { type PinParts, unmetSecret } from './pins.ts';
import { judgingAt, outdatedPlan } from './policy-in-force.ts';
import { waiverInForce } from './waived-gate.ts';

/**
 * Gates of people. What is asked stands at the run (`ask.ts`); a decision is a row of its own, written by whoever
 * decides; `readGate` looks whether the decisions that stand now settle it.
 */
export type GateState =
  | { readonly kind: 'open'; readonly remainingMs: number }
  | { readonly kind: 'passed'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'retry' }
  /** Undecided still, and set aside by a person for now. */
  | { readonly kind: 'waived'; readonly reason: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'superseded'; readonly reason: string };

/** Whether what was asked is settled: by decisions, by a cancel, or by the deadline. */
export async function readGate(
  parts: EngineParts,
  runId: string,
  index: number,
  db: Queries = parts.database.db,
): Promise<GateState> {
  const run = await findRun(db, runId);
  if (run.cancel !== null) {
    const kind = run.cancel.cause === 'superseded' ? 'superseded' : 'cancelled';
    return { kind, reason: run.cancel.reason };
  }
  const stage = run.plan.stages[index];
  const unmet =
    stage?.kind === 'approval' ? await unmetSecret({ db, secrets: parts.secrets }, run, stage) : null;
  if (unmet !== null) return { kind: 'failed', reason: unmet };
  if (stage === undefined || run.waiting === null)
    return { kind: 'cancelled', reason: 'the run waits for nothing' };
  const { waiting } = run;
  const decisions = (await decisionsOf(db, run.id, index)).filter(
    (decision) =>
      decision.attempt === run.attempt &&
      (stage.kind === 'approval' || answers({ asked: askedOf(decision), at: decision.at }, waiting)),
  );
  const settled = await settledBy(
    { db, secrets: parts.secrets },
    { run, stage, decisions, nowMs: parts.clock.now() },
  );
  if (settled !== null) return settled;
  const remainingMs = Date.parse(run.waiting.deadline) - parts.clock.now();
  return remainingMs <= 0 ? { kind: 'expired' } : { kind: 'open', remainingMs };
}

/**
 * Whether nobody has answered yet. An answer is acted upon in a moment, until when the run still says that it waits.
 *
 * @param db of the transaction that acts on the answer
 */
export async function isUnanswered(
  parts: EngineParts,
  run: string,
  db: Queries = parts.database.db,
): Promise<boolean> {
  const index = askingStage(await stagesOf(db, run));
  return index >= 0 && (await readGate(parts, run, index, db)).kind === 'open';
}

interface Asked {
  readonly run: RunRow;
  readonly stage: Stage;
  readonly decisions: readonly DecisionRow[];
  readonly nowMs: number;
}

async function settledBy(
  { db, secrets }: PinParts,
  { run, stage, decisions, nowMs }: Asked,
): Promise<GateState | null> {
  const rejected = decisions.find(({ kind }) => kind === 'reject' || kind === 'uat-fail');
  if (rejected !== undefined) {
    const said = typeof rejected.detail['reason'] === 'string' ? `: ${rejected.detail['reason']}` : '';
    const verb = rejected.kind === 'reject' ? 'Rejected' : 'UAT failed';
    return { kind: 'failed', reason: `${verb} by ${rejected.identity}${said}` };
  }
  if (decisions.some(({ kind }) => kind === 'retry')) return { kind: 'retry' };
  const waiver = await waiverInForce(db, { run, stage, nowMs });
  if (waiver !== null) return { kind: 'waived', reason: waiver };
  const signed = decisions.find(({ kind }) => kind === 'uat-pass');
  if (signed !== undefined) return { kind: 'passed', reason: `UAT passed by ${signed.identity}` };
  if (stage.kind !== 'approval') return null;
  const outdated = await outdatedPlan(db, run, stage.environment ?? '');
  if (outdated !== null) return { kind: 'failed', reason: outdated };
  const { digest } = await bindingAt({ db, secrets }, run, stage);
  const approvers = approversOf(decisions, digest);
  if (approvers.length < (await neededApprovals(db, run, stage))) return null;
  return { kind: 'passed', reason: `Approved by ${approvers.join(', ')}` };
}

/** People whose approval of exactly this content stands. */
export function approversOf(decisions: readonly DecisionRow[], binding: string): readonly string[] {
  const counted = decisions.filter((decision) => decision.kind === 'approve' && decision.binding === binding);
  return [...new Set(counted.map(({ identity }) => identity))];
}

export async function neededApprovals(db: Queries, run: RunRow, stage: Stage): Promise<number> {
  const { policy } = await judgingAt(db, run, stage);
  return policy.approval?.count ?? 1;
}

/** Closes the question: the run goes on, and a gate's stage has its verdict. */
export async function settle(
  parts: Pick<EngineParts, 'database' | 'clock'>,
  question: { readonly run: string; readonly index: number },
  state: GateState,
): Promise<void> {
  await parts.database.transaction(async ({ db, client }) => {
    const run = await lockRun(db, question.run);
    const stage = run.plan.stages[question.index];
    await changeRun(db, run.id, { state: 'running', waiting: null });
    const isGate = stage?.kind === 'approval' || stage?.kind === 'uat';
    if (state.kind === 'open' || state.kind === 'retry' || (!isGate && state.kind !== 'waived')) return;
    await endStage(parts, { db, client }, { run: run.id, index: question.index }, state);
  });
}

async function endStage(
  { clock }: Pick<EngineParts, 'clock'>,
  { db, client }: Transaction,
  { run, index }: { readonly run: string; readonly index: number },
  state: Exclude<GateState, { kind: 'open' | 'retry' }>,
): Promise<void> {
  const now = dateOf(clock);
  const before = await findStage(db, run, index);
  const ends = {
    passed: { state: 'passed', verdict: 'pass' },
    // What was seen is not made another by it.
    waived: { state: 'waived', verdict: 'undecided' },
    failed: { state: 'failed', verdict: 'fail' },
    expired: { state: 'failed', verdict: 'fail' },
    cancelled: { state: 'failed', verdict: 'fail' },
    // Nobody has judged it, and nobody is going to.
    superseded: { state: 'skipped', verdict: null },
  } as const;
  const row = await changeStage(db, run, index, {
    ...ends[state.kind],
    reason: endReason(state, before.reason),
    startedAt: before.started_at ?? now,
    endedAt: now,
  });
  await appendRunEvents(db, run, [{ type: 'stage', run, at: now.toISOString(), ...toStageRecord(row) }]);
  await announceRunEvents(client, run);
}

function endReason(state: Exclude<GateState, { kind: 'open' | 'retry' }>, found: string | null): string {
  switch (state.kind) {
    case 'expired':
      return 'No decision before the deadline';
    case 'waived':
      return found === null ? state.reason : `${state.reason} (${found})`;
    case 'passed':
    case 'failed':
    case 'cancelled':
    case 'superseded':
      return state.reason;
  }
}
