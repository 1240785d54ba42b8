import { dateOf } from '../../core/clock.ts';
import { callerEnv } from '../../core/pipeline/caller-env.ts';
import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import { environmentsOf, type Plan, planOf } from '../../core/pipeline/plan.ts';
import { missingGates } from '../../core/pipeline/policy-in-force.ts';
import { type MissingEnvironment, missingEnvironmentText } from '../../core/pipeline/way-in-force.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Queries, Transaction } from '../../store/database.ts';
import { claimEnvironments } from '../../store/environments.ts';
import { saveIntegration, takeRunNumber } from '../../store/integrations.ts';
import { json } from '../../store/json.ts';
import { releaseOfCommit } from '../../store/releases.ts';
import { useRelease } from '../../store/retention.ts';
import { announceRunEvents } from '../../store/run-events.ts';
import { findRun, insertRun, type RunRow } from '../../store/runs.ts';
import { insertStages } from '../../store/stages.ts';
import { refuseElsewhere } from '../elsewhere.ts';
import { workflowOf } from '../messages.ts';
import type { EngineParts } from '../parts.ts';
import { refuseMissingSecrets } from '../pipeline/pins.ts';
import { judgingNow } from '../pipeline/policy-in-force.ts';
import { missingOnTheWay } from '../pipeline/way-in-force.ts';
import { refuseHeld } from '../subjects.ts';

export interface ShipOrder {
  readonly definition: IntegrationDefinition;
  readonly commit: string;
  /** Addresses of author and co-authors. */
  readonly authors: readonly string[];
  /** That the commit was shipped from; null: unknown. */
  readonly branch: string | null;
  /** Null: `trigger.to`. */
  readonly to: string | null;
  readonly note: string | null;
  /** The caller's environment; only what commands may see is kept. */
  readonly env: Readonly<Record<string, string>>;
  readonly by: Actor;
}

/** Starts a run: the run, its plan and its workflow appear together, or not at all. */
export async function ship(parts: EngineParts, order: ShipOrder): Promise<RunRow> {
  await refuseWithoutSecrets(parts, order);
  return await parts.database.transaction((transaction) => shipWithin(parts, transaction, order));
}

/** Looks for the secrets that a ship would need. It may reach for them elsewhere, so it is no part of a transaction. */
export async function refuseWithoutSecrets(
  parts: EngineParts,
  { definition, to }: Pick<ShipOrder, 'definition' | 'to'>,
): Promise<void> {
  const plan = await plannedInForce(parts.database.db, definition, to ?? definition.trigger.to);
  await refuseMissingSecrets(parts.secrets, { definition, plan });
}

/** As `ship`, with whatever else the transaction records; `refuseWithoutSecrets` comes before it. */
export async function shipWithin(
  parts: EngineParts,
  { db, client }: Transaction,
  order: ShipOrder,
): Promise<RunRow> {
  const { definition, commit } = order;
  const to = order.to ?? definition.trigger.to;
  const plan = await plannedInForce(db, definition, to);
  const release = await releaseOfCommit(db, definition.key, commit);
  if (release !== null) {
    await useRelease(db, release);
    await refuseHeld(db, release, environmentsOf(plan));
  }
  await saveIntegration(db, definition);
  const host = parts.worker.host.id;
  await refuseElsewhere(parts, db, { integration: definition.key, command: 'deployer ship' });
  await claimEnvironments(db, definition.key, host);
  const number = await takeRunNumber(db, definition.key);
  const id = `${definition.key}-${number}`;
  await insertRun(db, {
    id,
    integration: definition.key,
    number,
    commit,
    branch: order.branch,
    release: null,
    to,
    plan: json(plan),
    definition: json(definition),
    authors: json(order.authors),
    requester: order.by.identity,
    note: order.note,
    env: json(callerEnv(order.env)),
    state: 'queued',
    reason: null,
    waiting: null,
    cancel: null,
    attempt: 1,
    host,
    created_at: dateOf(parts.clock),
    ended_at: null,
  });
  await insertStages(db, id, plan);
  await writeAudit(db, {
    integration: definition.key,
    actor: order.by,
    action: 'ship',
    subject: id,
    detail: { commit, to, note: order.note },
  });
  await parts.messages.startPipeline(client, {
    workflow: workflowOf(id, 1),
    input: { run: id, plan, stages: plan.stages.map((_, index) => index) },
    host,
  });
  await announceRunEvents(client, id);
  return await findRun(db, id);
}

/** Plans with the policies in force; refuses a commit that has no test for what they require. */
async function plannedInForce(db: Queries, definition: IntegrationDefinition, to: string): Promise<Plan> {
  const judging = await judgingNow(db, definition);
  const policies = new Map([...judging].map(([name, { policy }]) => [name, policy]));
  const plan = planOf(definition, to, policies);
  const reached = environmentsOf(plan);
  refuseLeftOut(await missingOnTheWay(db, definition, reached));
  const missing = missingGates(definition, policies).filter(({ environment }) =>
    reached.includes(environment),
  );
  const [first] = missing;
  if (first === undefined) return plan;
  const { gate, environment } = first;
  throw new DeployerError('gate_missing', {
    message: `${environment} requires \`${gate}\`, as ${judging.get(environment)?.from ?? 'what is live'} brought it, and this commit has no such test.`,
    hint: `Put it back. To give it up: ship once with it, but without it among the gates; when that is live in ${environment}, remove it.`,
    detail: missing.map((each) => `${each.environment}: ${each.gate}`),
    path: 'tests',
  });
}

/** What a commit leaves out could judge nothing of it: an environment goes in two steps, as a gate does. */
function refuseLeftOut(missing: readonly MissingEnvironment[]): void {
  const [first] = missing;
  if (first === undefined) return;
  throw new DeployerError('environment_missing', {
    message: `${missingEnvironmentText(first)}.`,
    hint: `Put it back. To give it up: ship once with ${first.environment}, but without its gates, watch, people and \`requires\`; when that is live there, remove it.`,
    detail: missing.map(({ environment, before }) => `${environment} before ${before}`),
    path: 'environments',
  });
}
