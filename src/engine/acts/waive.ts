import type { Policy } from '../../core/definition/integration.ts';
import { notAllowed, refuseApprover } from '../../core/approval/policy.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import { reach } from '../../lib/named-point.ts';
import { writeAudit } from '../../store/audit.ts';
import { databaseNowMs } from '../../store/clock.ts';
import type { Queries, Transaction } from '../../store/database.ts';
import { insertDecision } from '../../store/decisions.ts';
import { findRun, type RunRow } from '../../store/runs.ts';
import { insertWaiver, type WaiverRow } from '../../store/waivers.ts';
import { workflowOf } from '../messages.ts';
import type { EngineParts } from '../parts.ts';
import { waiverJudges } from '../pipeline/waiver-judges.ts';
import { refuseHeldOnTheWay } from './retry.ts';
import type { UndecidedRun } from '../pipeline/undecided-at.ts';
import { lockConcerned, waitingFor } from './waived-runs.ts';
import { type AskedSubject, type WaivedSubject, waivedSubject } from './waived-subject.ts';

export interface WaiveOrder extends AskedSubject {
  readonly reason: string;
  readonly until: Date;
  /** Who sees to it meanwhile; null: whoever waives. */
  readonly owner: string | null;
  readonly by: Actor;
}

export interface Waived {
  readonly waiver: WaiverRow;
  /** The run that goes on because of it; null: none waited for this. */
  readonly goesOn: string | null;
}

/** Sets an undecided gate, or an open item of the checklist, aside for a while. The act and its audit row are one. */
export async function waive(parts: EngineParts, order: WaiveOrder): Promise<Waived> {
  const { database } = parts;
  if (order.until.getTime() <= parts.clock.now()) throw overAlready(order);
  // Outside the transaction: to know how an item stands, places are looked at.
  const subject = await waivedSubject(parts, order);
  const judges = await judgesOf(database.db, subject);
  const waived = await database.transaction(async (transaction) => {
    const { db } = transaction;
    const runs = await lockConcerned(db, subject);
    for (const run of runs) allow(judges, run, order.by);
    const waiting = await waitingFor(db, runs, { ...subject, name: order.subject });
    refuseStale(subject, waiting);
    // Another one that waits for the same would take the environment from it: that goes on when it is asked again.
    const next = waiting.find(({ run }) => run.id === subject.run) ?? waiting.at(-1);
    if (next !== undefined) await refuseHeldOnTheWay(db, next.run);
    const waiver = await record(db, subject, order);
    if (next !== undefined) await goOn(parts, transaction, { ...next, waiver, by: order.by });
    return { waiver, goesOn: next?.run.id ?? null };
  });
  await reach('decision: recorded');
  return waived;
}

async function judgesOf(db: Queries, { run: id, stage, environment }: WaivedSubject): Promise<Policy | null> {
  const run = await findRun(db, id);
  // An item that nobody waits for is judged by what is in force now, as before an approval.
  const kind = (stage === null ? null : run.plan.stages[stage]?.kind) ?? 'approval';
  return await waiverJudges(db, run, { environment, kind });
}

function overAlready({ until }: WaiveOrder): DeployerError {
  return new DeployerError('request_invalid', {
    message: `A waiver until ${until.toISOString()} is over already.`,
    hint: 'Name a time that is still to come, for example --until 7d.',
    path: 'until',
  });
}

/** Whoever wrote or shipped what goes on because of it has no say in any of its runs. */
function allow(judges: Policy | null, run: RunRow, by: Actor): void {
  const refusal =
    judges === null
      ? {
          reason: 'No environment on the way to the users names an approver, so nobody may waive.',
          hint: 'Name them: `approval: { approvers: [...] }` in the environment; once that is live, they may.',
        }
      : refuseApprover(by.identity, judges, { authors: run.authors, requester: run.requester });
  if (refusal !== null) throw notAllowed(refusal, run, by.identity);
}

/** Somebody else may have answered while the places were looked at. */
function refuseStale({ run: id, stage }: WaivedSubject, waiting: readonly UndecidedRun[]): void {
  if (stage === null || waiting.some(({ run, index }) => run.id === id && index === stage)) return;
  throw new DeployerError('nothing_waiting', {
    message: `Run ${id} does not wait for this any more; nothing was waived.`,
    hint: `deployer run ${id}`,
  });
}

async function record(db: Queries, subject: WaivedSubject, order: WaiveOrder): Promise<WaiverRow> {
  const { integration, subject: name, reason, until, by } = order;
  const owner = order.owner ?? by.identity;
  const { environment, release } = subject;
  const run = subject.kind === 'gate' ? subject.run : null;
  await writeAudit(db, {
    integration,
    actor: by,
    action: 'waive',
    subject: subject.run,
    detail: { [subject.kind]: name, environment, owner, reason, until: until.toISOString(), release },
  });
  return await insertWaiver(db, {
    integration,
    release,
    environment,
    subject: name,
    run,
    owner,
    reason,
    until,
    identity: by.identity,
    proven: by.proven,
    at: new Date(await databaseNowMs(db)),
  });
}

/** A run that waits for just this goes on: past its gate, or to have its checklist judged again. */
async function goOn(
  parts: EngineParts,
  { db, client }: Transaction,
  { run, index, stage, waiver, by }: UndecidedRun & { readonly waiver: WaiverRow; readonly by: Actor },
): Promise<void> {
  if (stage.kind === 'checklist') {
    await insertDecision(db, {
      run: run.id,
      stage: index,
      attempt: run.attempt,
      kind: 'retry',
      by,
      binding: null,
      detail: { because: 'waived', item: waiver.subject },
      asked: run.waiting.since,
    });
  }
  await parts.messages.wake(client, workflowOf(run.id, run.attempt));
}
