import type { DecisionView } from '../../api/views/decisions.ts';
import { environmentIn } from '../../core/definition/environment-in.ts';
import { jsonDiff } from '../../core/texts/json-diff.ts';
import type { Policy } from '../../core/definition/integration.ts';
import type { Stage } from '../../core/pipeline/plan.ts';
import { refuseApprover, type Refusal, refuseTester } from '../../core/approval/policy.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { askingStage, type Waiting } from '../../core/pipeline/run.ts';
import { chooseRollback } from '../../engine/acts/rollback.ts';
import { migrationAhead, noWayBackTo } from '../../engine/going-back/way-back.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { approversOf, neededApprovals } from '../../engine/pipeline/gates.ts';
import { judgingAt } from '../../engine/pipeline/policy-in-force.ts';
import { type Bound, bindingAt } from '../../engine/subjects.ts';
import { edgeAddress } from '../../engine/switching/edge-of-environment.ts';
import { decisionsOf } from '../../store/decisions.ts';
import { candidateOf, findDeployment } from '../../store/deployments.ts';
import { configurationByDigest, policyByDigest } from '../../store/digested.ts';
import { findEnvironment } from '../../store/environments.ts';
import { releaseById, type ReleaseRow } from '../../store/releases.ts';
import { openRuns, type RunRow } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';
import { decisionNotices } from './decision-notices.ts';
import { previewUrl } from './status-view.ts';

/** What waits for a person, oldest first: everything that the person must see before deciding. */
export async function decisionViews(
  parts: EngineParts,
  integration: string,
  /** Who asks; null: nobody knows. */
  identity: string | null,
): Promise<readonly DecisionView[]> {
  const runs = await openRuns(parts.database.db, integration);
  const views = await Promise.all(
    runs.map(async (run) =>
      run.waiting === null ? null : await decisionView(parts, run, run.waiting, identity),
    ),
  );
  return views.flatMap((view) => view ?? []);
}

async function decisionView(
  parts: EngineParts,
  run: RunRow,
  waiting: Waiting,
  identity: string | null,
): Promise<DecisionView | null> {
  const { kind } = waiting;
  if (kind !== 'approval' && kind !== 'uat' && kind !== 'undecided') return null;
  const { db } = parts.database;
  const index = askingStage(await stagesOf(db, run.id));
  const stage = run.plan.stages[index];
  if (stage === undefined) return null;
  const release = run.release === null ? null : await releaseById(db, run.release);
  const bound =
    release === null || stage.environment === null
      ? null
      : await bindingAt({ db, secrets: parts.secrets }, run, stage);
  const environment = stage.environment === null ? null : environmentIn(run.definition, stage.environment);
  const judging = stage.environment === null ? null : await judgingAt(db, run, stage);
  return {
    run: run.id,
    kind,
    environment: stage.environment,
    stage: stage.name,
    version: release?.version ?? null,
    commit: run.commit,
    authors: run.authors,
    requester: run.requester,
    parts: bound?.parts ?? null,
    binding: bound?.digest ?? null,
    waiting,
    refusal: judging === null || identity === null ? null : refusalOf(kind, identity, judging.policy, run),
    changes:
      release === null || environment === null
        ? []
        : await changesAgainstStable(parts, { run, release, stage, bound }),
    rollback:
      environment === null
        ? { ready: true, reasons: [] }
        : await wayBack(parts, { run, release, environment: environment.name }),
    notices: release === null ? [] : await decisionNotices(parts, { run, release, stage }),
    approvals: kind === 'approval' ? await approvalsOf(parts, { run, stage, index, bound }) : null,
    scenarios: judging?.policy.uat?.scenarios ?? [],
    ...(await judgedAddress(parts, run, stage)),
  };
}

function refusalOf(
  kind: DecisionView['kind'],
  identity: string,
  policy: Policy,
  run: RunRow,
): Refusal | null {
  if (kind === 'approval') return refuseApprover(identity, policy, run);
  return kind === 'uat' ? refuseTester(identity, policy, run) : null;
}

interface Asked {
  readonly run: RunRow;
  readonly release: ReleaseRow;
  readonly stage: Stage;
}

async function changesAgainstStable(
  { database: { db } }: EngineParts,
  { run, release, stage, bound }: Asked & { readonly bound: Bound | null },
): Promise<DecisionView['changes']> {
  const environment = environmentIn(run.definition, stage.environment);
  const { routes } = await findEnvironment(db, run.integration, environment.name);
  const candidate = await candidateOf(db, run.id, environment.name);
  const comparedTo = stage.kind === 'uat' ? (candidate?.replaces ?? null) : stableOf(routes);
  const configuration = bound === null ? null : await configurationByDigest(db, bound.parts.configuration);
  const after = subject(release, configuration, environment.policy);
  if (comparedTo === null) return [];
  const row = await findDeployment(db, run.integration, comparedTo);
  const former = await releaseById(db, row.release);
  const before = subject(
    former,
    await configurationByDigest(db, row.configuration),
    await policyByDigest(db, row.policy),
  );
  return jsonDiff(before, after);
}

function subject({ manifest }: ReleaseRow, configuration: unknown, policy: unknown) {
  const { commit, version, artifacts, components, agent, migration = null } = manifest;
  const named = Object.fromEntries(components.map((component) => [component.name, component]));
  return {
    release: { commit, version, artifacts, components: named, agent, migration },
    configuration,
    policy,
  };
}

/** Where the environment would go back to, if what is decided now turned out badly. */
async function wayBack(
  parts: EngineParts,
  {
    run,
    release,
    environment,
  }: { readonly run: RunRow; readonly release: ReleaseRow | null; readonly environment: string },
): Promise<DecisionView['rollback']> {
  const { routes } = await findEnvironment(parts.database.db, run.integration, environment);
  const stable = stableOf(routes);
  if (stable === null) {
    return { ready: false, reasons: ['nothing is live yet: going back takes the environment off the air'] };
  }
  const candidate = await candidateOf(parts.database.db, run.id, environment);
  if (candidate?.id !== stable) return await wayBackTo(parts, { run, release, environment, stable });
  const choice = await chooseRollback(parts, { integration: run.integration, environment, to: null });
  return { ready: choice.ready, reasons: choice.reasons };
}

/** Whether users could return to what is stable now, once the run has moved them. */
async function wayBackTo(
  { database: { db } }: EngineParts,
  at: {
    readonly run: RunRow;
    readonly release: ReleaseRow | null;
    readonly environment: string;
    readonly stable: string;
  },
): Promise<DecisionView['rollback']> {
  const { run, release, environment, stable } = at;
  const { integration } = run;
  const ahead = release === null ? null : await migrationAhead(db, release, { environment, stable });
  if (ahead?.isOneWay === true) {
    return { ready: false, reasons: [`its ${ahead.kind} migration leaves no way back to ${stable}`] };
  }
  const begun = await noWayBackTo(db, { integration, environment }, { from: null, to: stable });
  if (begun !== null) return { ready: false, reasons: [begun] };
  return { ready: true, reasons: [`${stable} stays warm beside it: one switch`] };
}

async function approvalsOf(
  { database: { db } }: EngineParts,
  asked: {
    readonly run: RunRow;
    readonly stage: Stage;
    readonly index: number;
    readonly bound: Bound | null;
  },
): Promise<DecisionView['approvals']> {
  const decisions = await decisionsOf(db, asked.run.id, asked.index);
  const given = asked.bound === null ? [] : approversOf(decisions, asked.bound.digest);
  return { given, needed: await neededApprovals(db, asked.run, asked.stage) };
}

/** Where the one who decides finds what is judged. */
async function judgedAddress(
  parts: EngineParts,
  run: RunRow,
  stage: Stage,
): Promise<Pick<DecisionView, 'url' | 'caFile'>> {
  if (stage.environment === null) return { url: null, caFile: null };
  const { db } = parts.database;
  const environment = await findEnvironment(db, run.integration, stage.environment);
  const candidate = await candidateOf(db, run.id, stage.environment);
  const edge = await edgeAddress(parts, environment);
  return { url: candidate === null ? null : previewUrl(candidate), caFile: edge?.caFile ?? null };
}
