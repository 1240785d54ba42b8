import {
  descentNotice,
  heldNotice,
  historyElsewhereNotice,
  usersElsewhereNotice,
} from '../../core/approval/decision-notices.ts';
import { environmentIn } from '../../core/definition/environment-in.ts';
import { environmentsOf, type Stage } from '../../core/pipeline/plan.ts';
import { policyChanges } from '../../core/pipeline/policy-in-force.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { parseSecretReference } from '../../core/secrets/secret-reference.ts';
import { pinNotice } from '../../core/secrets/secrets.ts';
import { isHere } from '../../engine/elsewhere.ts';
import { migrationAhead } from '../../engine/going-back/way-back.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { pinsOf } from '../../engine/pipeline/pins.ts';
import { judgingAt } from '../../engine/pipeline/policy-in-force.ts';
import { residentNotices } from '../../engine/residents/resident-notices.ts';
import { holdJudge } from '../../engine/subjects.ts';
import { candidateOf, findDeployment } from '../../store/deployments.ts';
import { findEnvironment } from '../../store/environments.ts';
import { activeHolds } from '../../store/holds.ts';
import { releaseById, type ReleaseRow } from '../../store/releases.ts';
import type { RunRow } from '../../store/runs.ts';
import { hostById } from '../../store/workers.ts';
import { frozenView } from './freeze-view.ts';

export interface Decided {
  readonly run: RunRow;
  readonly release: ReleaseRow;
  readonly stage: Stage;
}

/** Sentences that the decider must see, the gravest first. */
export async function decisionNotices(parts: EngineParts, decided: Decided): Promise<readonly string[]> {
  const { run, stage } = decided;
  return [
    ...(await heldNotices(parts, decided)),
    ...(await usersNotices(parts, run, stage)),
    ...(await secretNotices(parts, run, stage)),
    ...(await noticesOfResidents(parts, decided)),
    ...(await migrationNotices(parts, decided)),
    ...(await policyNotices(parts, run, stage)),
    ...(await historyNotices(parts, decided)),
  ];
}

async function heldNotices(
  { database: { db } }: EngineParts,
  { run, release }: Decided,
): Promise<readonly string[]> {
  const judge = await holdJudge(db, run.integration);
  const holds = environmentsOf(run.plan).flatMap((environment) => judge(release, environment) ?? []);
  return [...new Set(holds)].map(heldNotice);
}

async function usersNotices(
  { database: { db } }: EngineParts,
  run: RunRow,
  { kind, environment }: Stage,
): Promise<readonly string[]> {
  if (kind !== 'uat' || environment === null) return [];
  const judged = await candidateOf(db, run.id, environment);
  if (judged === null) return [];
  const stable = stableOf((await findEnvironment(db, run.integration, environment)).routes);
  const notice = usersElsewhereNotice({ environment, deployment: judged.id, stable });
  return notice === null ? [] : [notice];
}

/** What only the commits can say, which are not carried from one host to another. */
async function historyNotices(parts: EngineParts, decided: Decided): Promise<readonly string[]> {
  const { run, stage } = decided;
  if (run.host === null || isHere(parts, run.host))
    return [...(await ageNotices(parts, run, stage)), ...(await descentNotices(parts, decided))];
  const { db } = parts.database;
  const holds = await activeHolds(db, run.integration);
  if (stage.kind !== 'approval' && holds.length === 0) return [];
  return [historyElsewhereNotice(await hostById(db, run.host), run.id)];
}

async function descentNotices(
  parts: EngineParts,
  { run, release, stage }: Decided,
): Promise<readonly string[]> {
  const { db } = parts.database;
  const holds = (await activeHolds(db, run.integration)).filter((hold) => hold.release !== release.id);
  if (holds.length === 0) return [];
  const live = await liveRelease(parts, run, stage);
  const descendsFrom = (commit: string, ancestor: string): Promise<boolean> =>
    parts.commits.isAncestor({ integration: run.integration, commit }, ancestor, AbortSignal.timeout(10_000));
  const sentences = await Promise.all(
    holds.map(async (hold) => {
      const held = await releaseById(db, hold.release);
      const { commit } = live ?? { commit: null };
      return descentNotice({
        hold,
        held,
        descends: await descendsFrom(run.commit, held.commit),
        live: commit === null ? null : { commit, descends: await descendsFrom(commit, held.commit) },
      });
    }),
  );
  return sentences.filter((sentence) => sentence !== null);
}

/** What users of the environment have now. */
async function liveRelease(
  { database: { db } }: EngineParts,
  run: RunRow,
  { environment }: Stage,
): Promise<(Pick<ReleaseRow, 'version' | 'commit'> & { readonly deployment: string }) | null> {
  if (environment === null) return null;
  const stable = stableOf((await findEnvironment(db, run.integration, environment)).routes);
  if (stable === null) return null;
  const { release } = await findDeployment(db, run.integration, stable);
  return { ...(await releaseById(db, release)), deployment: stable };
}

/** A run that waited for long can bring back what a newer one has replaced: nobody may do so unawares. */
async function ageNotices(parts: EngineParts, run: RunRow, stage: Stage): Promise<readonly string[]> {
  if (stage.kind !== 'approval') return [];
  const live = await liveRelease(parts, run, stage);
  if (live === null || live.commit === run.commit) return [];
  const source = { integration: run.integration, commit: live.commit };
  const isOlder = await parts.commits.isAncestor(source, run.commit, AbortSignal.timeout(10_000));
  return isOlder
    ? [`Older than what is live: ${live.version} (${live.deployment}) contains this commit.`]
    : [];
}

/**
 * Versions of secrets were decided when the question was asked; what has happened to them since, the decider must see.
 */
async function secretNotices(parts: EngineParts, run: RunRow, stage: Stage): Promise<readonly string[]> {
  if (stage.kind !== 'approval') return [];
  const { db } = parts.database;
  const pins = await pinsOf({ db, secrets: parts.secrets }, run, stage.environment);
  const news = await Promise.all(
    Object.values(pins).map(async (text) => {
      const reference = parseSecretReference(text);
      if (reference === null) return null;
      return pinNotice(reference, await parts.secrets.standing(run.integration, reference), run.id);
    }),
  );
  return news.flatMap((notice) => notice ?? []);
}

async function noticesOfResidents(
  parts: EngineParts,
  { run, release, stage: { kind, environment } }: Decided,
): Promise<readonly string[]> {
  if (environment === null || kind !== 'approval') return [];
  return await residentNotices(parts, { run, release, environment });
}

async function migrationNotices(
  { database: { db } }: EngineParts,
  { run, release, stage }: Decided,
): Promise<readonly string[]> {
  const { environment } = stage;
  if (environment === null || stage.kind !== 'approval') return [];
  const { routes } = await findEnvironment(db, run.integration, environment);
  const ahead = await migrationAhead(db, release, { environment, stable: stableOf(routes) });
  return ahead === null ? [] : [ahead.notice];
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
