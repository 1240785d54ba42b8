import type { DecisionView } from '../../api/views.ts';
import { environmentIn } from '../../core/environment-in.ts';
import { jsonDiff } from '../../core/json-diff.ts';
import type { Stage } from '../../core/plan.ts';
import { policyChanges } from '../../core/policy-in-force.ts';
import { parseSecretReference } from '../../core/secret-reference.ts';
import { pinNotice } from '../../core/secrets.ts';
import { stableOf } from '../../core/route-table.ts';
import { askingStage, type Waiting } from '../../core/run.ts';
import { chooseRollback } from '../../engine/acts/rollback.ts';
import { approversOf, neededApprovals } from '../../engine/gates.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { pinsOf } from '../../engine/pins.ts';
import { judgingAt } from '../../engine/policy-in-force.ts';
import { type Bound, bindingAt } from '../../engine/subjects.ts';
import { migrationAhead, noWayBackTo } from '../../engine/way-back.ts';
import { decisionsOf } from '../../store/decisions.ts';
import { candidateOf, findDeployment } from '../../store/deployments.ts';
import { configurationByDigest, policyByDigest } from '../../store/digested.ts';
import { findEnvironment } from '../../store/environments.ts';
import { activeHolds } from '../../store/holds.ts';
import { releaseById, type ReleaseRow } from '../../store/releases.ts';
import { openRuns, type RunRow } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';
import { frozenView } from './freeze-view.ts';
import { edgeAddress, previewUrl } from './status-view.ts';

/** What waits for a person, oldest first: everything that the person must see before deciding. */
export async function decisionViews(
  parts: EngineParts,
  integration: string,
): Promise<readonly DecisionView[]> {
  const runs = await openRuns(parts.database.db, integration);
  const views = await Promise.all(
    runs.map(async (run) => (run.waiting === null ? null : await decisionView(parts, run, run.waiting))),
  );
  return views.flatMap((view) => view ?? []);
}

async function decisionView(parts: EngineParts, run: RunRow, waiting: Waiting): Promise<DecisionView | null> {
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
    changes:
      release === null || environment === null
        ? []
        : await changesAgainstStable(parts, { run, release, stage, bound }),
    rollback:
      environment === null
        ? { ready: true, reasons: [] }
        : await wayBack(parts, { run, release, environment: environment.name }),
    notices: release === null ? [] : await notices(parts, { run, release, stage }),
    approvals: kind === 'approval' ? await approvalsOf(parts, { run, stage, index, bound }) : null,
    scenarios: judging?.policy.uat?.scenarios ?? [],
    ...(await judgedAddress(parts, run, stage)),
  };
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
  if (comparedTo === null)
    return jsonDiff({}, { release: { version: release.version, commit: release.commit } });
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

async function migrationNotices(
  { database: { db } }: EngineParts,
  { run, release, stage }: Asked,
): Promise<readonly string[]> {
  const { environment } = stage;
  if (environment === null || stage.kind !== 'approval') return [];
  const { routes } = await findEnvironment(db, run.integration, environment);
  const ahead = await migrationAhead(db, release, { environment, stable: stableOf(routes) });
  return ahead === null ? [] : [ahead.notice];
}

async function notices(parts: EngineParts, { run, release, stage }: Asked): Promise<readonly string[]> {
  const { db } = parts.database;
  const descents = await Promise.all(
    (await activeHolds(db, run.integration)).map(async (hold) => {
      if (hold.release === release.id) return [];
      const held = await releaseById(db, hold.release);
      const source = { integration: run.integration, commit: run.commit };
      const descends = await parts.commits.isAncestor(source, held.commit, AbortSignal.timeout(10_000));
      return descends
        ? [
            `Descends from ${held.version}, which is on hold in ${hold.environment ?? 'every environment'}: ${hold.reason}`,
          ]
        : [];
    }),
  );
  return [
    ...(await secretNotices(parts, run, stage)),
    ...(await migrationNotices(parts, { run, release, stage })),
    ...(await policyNotices(parts, run, stage)),
    ...(await ageNotices(parts, run, stage)),
    ...descents.flat(),
  ];
}

/** A run that waited for long can bring back what a newer one has replaced: nobody may do so unawares. */
async function ageNotices(parts: EngineParts, run: RunRow, stage: Stage): Promise<readonly string[]> {
  if (stage.kind !== 'approval' || stage.environment === null) return [];
  const { db } = parts.database;
  const { routes } = await findEnvironment(db, run.integration, stage.environment);
  const stable = stableOf(routes);
  if (stable === null) return [];
  const { release } = await findDeployment(db, run.integration, stable);
  const { commit, version } = await releaseById(db, release);
  const source = { integration: run.integration, commit };
  const isOlder =
    commit !== run.commit &&
    (await parts.commits.isAncestor(source, run.commit, AbortSignal.timeout(10_000)));
  return isOlder ? [`Older than what is live: ${version} (${stable}) contains this commit.`] : [];
}

/** Versions of secrets were decided when the question was asked; what has happened to them since, the decider must see. */
async function secretNotices(parts: EngineParts, run: RunRow, stage: Stage): Promise<readonly string[]> {
  if (stage.kind !== 'approval') return [];
  const { db } = parts.database;
  const pins = await pinsOf({ db, secrets: parts.secrets }, run, stage.environment);
  const news = await Promise.all(
    Object.values(pins).map(async (text) => {
      const reference = parseSecretReference(text);
      if (reference === null) return null;
      return pinNotice(reference, await parts.secrets.standing(run.integration, reference));
    }),
  );
  return news.flatMap((notice) => notice ?? []);
}

async function policyNotices(parts: EngineParts, run: RunRow, stage: Stage): Promise<readonly string[]> {
  if (stage.environment === null) return [];
  const { name, policy: brought } = environmentIn(run.definition, stage.environment);
  const { policy, from } = await judgingAt(parts.database.db, run, stage);
  const changes = policyChanges(policy, brought);
  const frozen = await frozenView(parts, { integration: run.integration, environment: name });
  const isAhead = stage.kind === 'approval';
  return [
    ...(from === null ? [`First deployment in ${name}: its policy comes with this release.`] : []),
    ...(changes.length > 0 && isAhead
      ? [`It changes the policy of ${name}, for the releases after it: ${changesText(changes)}.`]
      : []),
    ...(policy.self === null ? [] : [`Author and requester may decide: ${policy.self}`]),
    ...(frozen !== null && isAhead
      ? [`${name} is frozen by ${frozen.by}: ${frozen.reason}. It begins when that is over.`]
      : []),
  ];
}

function changesText(changes: ReturnType<typeof policyChanges>): string {
  return changes
    .map(({ path, from, to }) => `${path} ${JSON.stringify(from)} -> ${JSON.stringify(to)}`)
    .join(', ');
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
