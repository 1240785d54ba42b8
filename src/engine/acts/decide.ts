import { bindingChanges } from '../../core/approval/binding.ts';
import type { Policy } from '../../core/definition/integration.ts';
import type { Stage } from '../../core/pipeline/plan.ts';
import { notAllowed, refuseApprover, refuseTester, type Refusal } from '../../core/approval/policy.ts';
import { type Actor, askingStage, standing, type Waiting } from '../../core/pipeline/run.ts';
import { scenarioVerdicts } from '../../core/verdicts/scenario-verdicts.ts';
import { DeployerError } from '../../errors.ts';
import { reach } from '../../lib/named-point.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import { type DecisionRow, decisionsOf, insertDecision, type NewDecision } from '../../store/decisions.ts';
import { saveEvidence } from '../../store/evidence.ts';
import { findRun, lockRun, type RunRow } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';
import { workflowOf } from '../messages.ts';
import type { EngineParts } from '../parts.ts';
import { approversOf, neededApprovals } from '../pipeline/gates.ts';
import { revokedPin } from '../pipeline/pins.ts';
import { judgingAt } from '../pipeline/policy-in-force.ts';
import { type Bound, bindingAt } from '../subjects.ts';

export interface Decided {
  readonly decision: DecisionRow;
  readonly environment: string | null;
  readonly approvals: { readonly given: readonly string[]; readonly needed: number } | null;
}

interface Deciding {
  readonly run: string;
  readonly by: Actor;
}

/** Approves exactly what was shown: the digest that comes back with the decision must be the one that stands now. */
export async function approve(
  parts: EngineParts,
  request: Deciding & { readonly binding: string; readonly reason: string | null },
): Promise<Decided> {
  await refuseRevokedSince(parts, request.run);
  return await inOneTransaction(parts, async (transaction) => {
    const { run, stage, index } = await waitingStage(transaction, request.run, ['approval']);
    const bound = await bindingAt({ db: transaction.db, secrets: parts.secrets }, run, stage);
    allow(
      refuseApprover(request.by.identity, await policyAt(transaction, run, stage), involvedIn(run)),
      run,
      request.by,
    );
    await requireMatch(transaction, { run, index, shown: request.binding, now: bound });
    const detail = { reason: request.reason };
    const subject = {
      run: run.id,
      stage: index,
      release: run.release,
      environment: stage.environment,
      deployment: null,
    };
    const approved = { by: request.by.identity, binding: bound.digest, parts: bound.parts, ...detail };
    await saveEvidence(transaction.db, subject, [{ kind: 'approval', body: approved }]);
    return await record(parts, transaction, {
      run,
      stage,
      index,
      kind: 'approve',
      by: request.by,
      bound,
      detail,
    });
  });
}

/**
 * What is revoked is not deployed: an approval of it could only make the run fail. Before the transaction, in which
 * nobody may ask for another connection; whatever is revoked later ends the run before it begins there.
 */
async function refuseRevokedSince({ database: { db }, secrets }: EngineParts, id: string): Promise<void> {
  const run = await findRun(db, id);
  const stage = run.plan.stages[askingStage(await stagesOf(db, id))];
  if (run.waiting?.kind !== 'approval' || stage === undefined) return;
  const revoked = await revokedPin({ db, secrets }, run, stage);
  if (revoked === null) return;
  throw new DeployerError('secret_revoked', {
    message: `${revoked} It would not be deployed, so the approval of ${id} is not taken.`,
    hint: `deployer cancel ${id}, then deployer retry ${id}: it takes the newest version, and asks again`,
  });
}

/** Says no: to an approval, or to an undecided stage. */
export async function reject(
  parts: EngineParts,
  request: Deciding & { readonly reason: string },
): Promise<Decided> {
  return await inOneTransaction(parts, async (transaction) => {
    const { run, stage, index } = await waitingStage(transaction, request.run, [
      'approval',
      'undecided',
      'uat',
    ]);
    const { identity } = request.by;
    if (run.waiting?.kind === 'approval') {
      allow(
        refuseApprover(identity, await policyAt(transaction, run, stage), involvedIn(run)),
        run,
        request.by,
      );
    }
    if (run.waiting?.kind === 'uat') {
      allow(
        refuseTester(identity, await policyAt(transaction, run, stage), involvedIn(run)),
        run,
        request.by,
      );
    }
    const bound =
      stage.environment === null || run.release === null
        ? null
        : await bindingAt({ db: transaction.db, secrets: parts.secrets }, run, stage);
    const detail = { reason: request.reason };
    return await record(parts, transaction, {
      run,
      stage,
      index,
      kind: 'reject',
      by: request.by,
      bound,
      detail,
    });
  });
}

export interface UatDecision extends Deciding {
  readonly verdict: 'pass' | 'fail';
  readonly binding: string;
  /** By number (from 1) or text. */
  readonly scenarios: Readonly<Record<string, 'pass' | 'fail'>>;
  readonly note: string | null;
}

/** Signs a UAT, scenario by scenario, for exactly the deployment that was judged. */
export async function signUat(parts: EngineParts, request: UatDecision): Promise<Decided> {
  return await inOneTransaction(parts, async (transaction) => {
    const { run, stage, index } = await waitingStage(transaction, request.run, ['uat']);
    const policy = await policyAt(transaction, run, stage);
    const bound = await bindingAt({ db: transaction.db, secrets: parts.secrets }, run, stage);
    allow(refuseTester(request.by.identity, policy, involvedIn(run)), run, request.by);
    await requireMatch(transaction, { run, index, shown: request.binding, now: bound });
    const { verdict, scenarios: given } = request;
    const scenarios = scenarioVerdicts(policy.uat?.scenarios ?? [], { verdict, given });
    const detail = { scenarios, note: request.note, reason: request.note };
    const subject = {
      run: run.id,
      stage: index,
      release: run.release,
      environment: stage.environment,
      deployment: bound.parts.deployment,
    };
    const signed = { verdict, by: request.by.identity, binding: bound.digest, ...detail };
    await saveEvidence(transaction.db, subject, [{ kind: 'uat', body: signed }]);
    const kind = verdict === 'pass' ? 'uat-pass' : 'uat-fail';
    return await record(parts, transaction, { run, stage, index, kind, by: request.by, bound, detail });
  });
}

async function inOneTransaction(
  { database }: EngineParts,
  decide: (transaction: Transaction) => Promise<Decided>,
): Promise<Decided> {
  const decided = await database.transaction(decide);
  await reach('decision: recorded');
  return decided;
}

interface WaitingStage {
  readonly run: RunRow & { readonly waiting: Waiting };
  readonly stage: Stage;
  readonly index: number;
}

async function waitingStage(
  { db }: Transaction,
  id: string,
  kinds: readonly string[],
): Promise<WaitingStage> {
  const run = await lockRun(db, id);
  const index = askingStage(await stagesOf(db, id));
  const stage = run.plan.stages[index];
  if (run.waiting === null || !kinds.includes(run.waiting.kind) || stage === undefined) {
    const now = run.waiting === null ? standing(run.state) : `waits for ${run.waiting.kind}`;
    throw new DeployerError('nothing_waiting', {
      message: `Run ${id} ${now}; there is no ${kinds[0] ?? 'decision'} to take.`,
      hint: run.waiting?.next ?? `deployer run ${id}`,
    });
  }
  return { run: { ...run, waiting: run.waiting }, stage, index };
}

/** Only stages of environments wait for approval or UAT. */
async function policyAt({ db }: Transaction, run: RunRow, stage: Stage): Promise<Policy> {
  return (await judgingAt(db, run, stage)).policy;
}

function involvedIn(run: RunRow) {
  return { authors: run.authors, requester: run.requester };
}

function allow(refusal: Refusal | null, run: RunRow, by: Actor): void {
  if (refusal !== null) throw notAllowed(refusal, run, by.identity);
}

interface Match {
  readonly run: RunRow;
  readonly index: number;
  readonly shown: string;
  readonly now: Bound;
}

async function requireMatch({ db }: Transaction, { run, index, shown, now }: Match): Promise<void> {
  if (shown === now.digest) return;
  const earlier =
    (await decisionsOf(db, run.id, index)).find(({ binding }) => binding === shown)?.parts ?? null;
  const changes = earlier === null ? [] : bindingChanges(earlier, now.parts);
  throw new DeployerError('approval_mismatch', {
    message: `What you were shown is not what waits now (${now.digest}).`,
    hint: run.waiting?.next ?? 'deployer status',
    detail: [
      ...changes.map(({ part, from, to }) => `${part}: ${from ?? 'nothing'} -> ${to ?? 'nothing'}`),
      ...Object.entries(now.parts).map(([part, value]) => `now ${part}: ${value ?? 'nothing'}`),
    ],
  });
}

interface Recorded {
  readonly run: WaitingStage['run'];
  readonly stage: Stage;
  readonly index: number;
  readonly kind: NewDecision['kind'];
  readonly by: Actor;
  readonly bound: Bound | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

async function record(
  parts: EngineParts,
  { db, client }: Transaction,
  { run, stage, index, kind, by, bound, detail }: Recorded,
): Promise<Decided> {
  const { waiting } = run;
  const decision = await insertDecision(db, {
    run: run.id,
    stage: index,
    attempt: run.attempt,
    kind,
    by,
    binding: bound,
    detail,
    asked: waiting.since,
  });
  await writeAudit(db, {
    integration: run.integration,
    actor: by,
    action: kind,
    subject: run.id,
    detail: { stage: stage.name, environment: stage.environment, binding: bound?.digest ?? null, ...detail },
  });
  await parts.messages.wake(client, workflowOf(run.id, run.attempt));
  const approvals =
    stage.kind === 'approval' && bound !== null
      ? {
          given: approversOf(await decisionsOf(db, run.id, index), bound.digest),
          needed: await neededApprovals(db, run, stage),
        }
      : null;
  return { decision, environment: stage.environment, approvals };
}
