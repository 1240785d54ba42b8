import { questionKey } from '../../core/alerts/notification.ts';
import { dateOf } from '../../core/clock.ts';
import { isWaivableGate } from '../../core/checklist/waivable.ts';
import { decisionDeadlineMs } from '../../core/pipeline/durations.ts';
import type { Stage } from '../../core/pipeline/plan.ts';
import { namedDeciders } from '../../core/approval/policy.ts';
import type { RunEvent, Waiting, WaitingKind } from '../../core/pipeline/run.ts';
import { databaseNowMs } from '../../store/clock.ts';
import type { Queries } from '../../store/database.ts';
import { appendRunEvents, announceRunEvents } from '../../store/run-events.ts';
import { changeRun, findRun, lockRun, type RunRow } from '../../store/runs.ts';
import { changeStage, toStageRecord } from '../../store/stages.ts';
import { supersede } from '../order/supersede.ts';
import { tell } from '../monitoring/tell.ts';
import type { EngineParts } from '../parts.ts';
import { unmetSecret } from './pins.ts';
import { judgingAt } from './policy-in-force.ts';
import { waiverInForce } from './waived-gate.ts';

export interface Question {
  readonly run: string;
  readonly index: number;
  readonly kind: Exclude<WaitingKind, 'freeze' | 'capacity'>;
  readonly reason: string;
}

/**
 * Records that a run waits. Asked again after a crash, it keeps `since` and `deadline`. Before anybody is asked to
 * approve, the versions of secrets are decided; where one is missing nobody is asked, and `readGate` says so.
 */
export async function ask(parts: EngineParts, question: Question): Promise<void> {
  if (question.kind === 'approval' && (await isUnmet(parts, question))) return;
  await parts.database.transaction(async (transaction) => {
    const { db, client } = transaction;
    const run = await lockRun(db, question.run);
    if (run.waiting?.kind === question.kind && run.waiting.reason === question.reason) return;
    const stage = run.plan.stages[question.index];
    if (stage === undefined) throw new Error(`run ${run.id} has no stage ${question.index}`);
    // Answers, which other hosts may write, are compared with it.
    const sinceMs = await databaseNowMs(db);
    const waiting: Waiting = {
      kind: question.kind,
      run: run.id,
      environment: stage.environment,
      reason: question.reason,
      since: new Date(sinceMs).toISOString(),
      deadline: new Date(sinceMs + decisionDeadlineMs).toISOString(),
      next: nextCommand(question.kind, run),
      ...waiveCommand(question.kind, run, stage),
      ...(await decidersOf(db, question.kind, run, stage)),
    };
    await changeRun(db, run.id, { state: 'waiting', waiting });
    const isGate = question.kind === 'approval' || question.kind === 'uat';
    const events: RunEvent[] = [{ type: 'waiting', run: run.id, at: waiting.since, waiting }];
    if (isGate) {
      const row = await changeStage(db, run.id, question.index, {
        state: 'waiting',
        startedAt: dateOf(parts.clock),
      });
      events.unshift({ type: 'stage', run: run.id, at: waiting.since, ...toStageRecord(row) });
    }
    await appendRunEvents(db, run.id, events);
    // A waiver that is in force answers what was undecided in the same moment: nobody has to be told.
    if ((await waiverInForce(db, { run, stage, nowMs: parts.clock.now() })) === null) {
      await tell(db, {
        kind: 'waiting',
        run,
        environment: stage.environment,
        about: questionKey({ index: question.index, kind: question.kind, since: waiting.since }),
        says: `${run.id} waits: ${question.reason}`,
        next: waiting.next,
        nowMs: sinceMs,
      });
    }
    await supersede(parts, transaction, run, waiting);
    await announceRunEvents(client, run.id);
  });
}

async function isUnmet(parts: EngineParts, { run: id, index }: Question): Promise<boolean> {
  const { db } = parts.database;
  const run = await findRun(db, id);
  const stage = run.plan.stages[index];
  return stage !== undefined && (await unmetSecret({ db, secrets: parts.secrets }, run, stage)) !== null;
}

/** What a stage asks a person: its gate, or what to do about a check that was undecided. */
export function questionAt(
  stage: Pick<Stage, 'kind' | 'environment' | 'name'>,
): Pick<Question, 'kind' | 'reason'> {
  if (stage.kind === 'uat') return { kind: 'uat', reason: `UAT of ${stage.environment}` };
  if (stage.kind === 'approval') return { kind: 'approval', reason: `approval for ${stage.environment}` };
  return { kind: 'undecided', reason: `${stage.name} was undecided` };
}

export function nextCommand(kind: Exclude<WaitingKind, 'freeze'>, run: Pick<RunRow, 'id'>): string {
  switch (kind) {
    case 'approval':
      return `deployer approve ${run.id}`;
    case 'uat':
      return `deployer uat pass ${run.id}`;
    case 'undecided':
      return `deployer retry ${run.id}`;
    case 'capacity':
      return `deployer run ${run.id} --follow`;
  }
}

/** What is undecided can also be set aside, if it is a gate; open items of a checklist are named in the reason. */
function waiveCommand(kind: WaitingKind, run: Pick<RunRow, 'id'>, stage: Stage): Pick<Waiting, 'waive'> {
  if (kind !== 'undecided') return {};
  const subject = stage.kind === 'checklist' ? '<item>' : isWaivableGate(stage) ? stage.name : null;
  return subject === null ? {} : { waive: `deployer waive ${subject} ${run.id} --reason "…" --until <time>` };
}

/** With whom a gate of people waits, where the policy names them. */
async function decidersOf(
  db: Queries,
  kind: WaitingKind,
  run: RunRow,
  stage: Stage,
): Promise<Pick<Waiting, 'by'>> {
  if (kind !== 'approval' && kind !== 'uat') return {};
  const { policy } = await judgingAt(db, run, stage);
  const by = namedDeciders(kind, policy, { authors: run.authors, requester: run.requester });
  return by.length === 0 ? {} : { by };
}
