import type { Policy } from '../../core/integration.ts';
import { notAllowed, refuseApprover } from '../../core/policy.ts';
import type { Actor } from '../../core/run.ts';
import { DeployerError } from '../../errors.ts';
import { reach } from '../../lib/named-point.ts';
import { writeAudit } from '../../store/audit.ts';
import { databaseNowMs } from '../../store/clock.ts';
import type { Queries, Transaction } from '../../store/database.ts';
import { insertDecision } from '../../store/decisions.ts';
import { lockRun, openRuns, type RunRow } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';
import { insertWaiver, type WaiverRow } from '../../store/waivers.ts';
import { workflowOf } from '../messages.ts';
import type { EngineParts } from '../parts.ts';
import { waiverJudges } from './waiver-judges.ts';
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
  const judges = await waiverJudges(database.db, subject);
  const waived = await database.transaction(async (transaction) => {
    const run = await lockRun(transaction.db, subject.run);
    allow(judges, run, order.by);
    const waiver = await record(transaction.db, subject, order);
    return {
      waiver,
      goesOn: await goOn(parts, transaction, { waiver, release: subject.release, by: order.by }),
    };
  });
  await reach('decision: recorded');
  return waived;
}

function overAlready({ until }: WaiveOrder): DeployerError {
  return new DeployerError('request_invalid', {
    message: `A waiver until ${until.toISOString()} is over already.`,
    hint: 'Name a time that is still to come, for example --until 7d.',
    path: 'until',
  });
}

function allow(judges: Policy, run: RunRow, by: Actor): void {
  const refusal = refuseApprover(by.identity, judges, { authors: run.authors, requester: run.requester });
  if (refusal !== null) throw notAllowed(refusal, run, by.identity);
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
  { waiver, release, by }: { readonly waiver: WaiverRow; readonly release: string; readonly by: Actor },
): Promise<string | null> {
  const isHeld = (run: RunRow): boolean => run.release === release && run.waiting?.kind === 'undecided';
  for (const { id } of (await openRuns(db, waiver.integration)).filter(isHeld)) {
    const run = await lockRun(db, id);
    if (!isHeld(run)) continue;
    const index = (await stagesOf(db, id)).findIndex(({ state }) => state === 'undecided');
    const stage = run.plan.stages[index];
    if (stage === undefined || stage.environment !== waiver.environment) continue;
    if (stage.kind === 'checklist') {
      const detail = { because: 'waived', item: waiver.subject };
      await insertDecision(db, {
        run: id,
        stage: index,
        attempt: run.attempt,
        kind: 'retry',
        by,
        binding: null,
        detail,
      });
    } else if (stage.name !== waiver.subject) continue;
    await parts.messages.wake(client, workflowOf(id, run.attempt));
    return id;
  }
  return null;
}
