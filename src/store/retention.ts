import { sql } from 'kysely';

import { isResident } from '../core/residents/resident.ts';
import type { RetentionFacts } from '../core/retention/retention.ts';
import { DeployerError } from '../errors.ts';
import type { Queries } from './database.ts';

export async function integrationKeys(db: Queries): Promise<readonly string[]> {
  const rows = await db.selectFrom('app.integration').select('key').orderBy('key').execute();
  return rows.map(({ key }) => key);
}

/** What is recorded of an integration and not pruned yet, but for its environments. */
export async function retentionRecords(
  db: Queries,
  integration: string,
): Promise<Pick<RetentionFacts, 'releases' | 'deployments' | 'runs' | 'heldCommits'>> {
  const releases = await db
    .selectFrom('app.release')
    .select(['id as release', 'commit', 'created_at'])
    .where('integration', '=', integration)
    .where('id', 'not in', db.selectFrom('app.pruned_release').select('release'))
    .execute();
  const deployments = await db
    .selectFrom('app.deployment')
    .select(['id as deployment', 'release', 'run', 'state', 'state_at'])
    .where('integration', '=', integration)
    .where('pruned_at', 'is', null)
    .execute();
  const runs = await db
    .selectFrom('app.run')
    .select(['id as run', 'commit', 'release', 'ended_at'])
    .where('integration', '=', integration)
    // One that is retried after its logs were pruned needs its release again.
    .where((row) => row.or([row('logs_pruned_at', 'is', null), row('ended_at', 'is', null)]))
    .execute();
  const held = await db
    .selectFrom('app.hold as hold')
    .innerJoin('app.release as release', 'release.id', 'hold.release')
    .select('release.commit')
    .where('hold.integration', '=', integration)
    .where('hold.lifted_at', 'is', null)
    .execute();
  return {
    heldCommits: held.map(({ commit }) => commit),
    releases: releases.map(({ created_at: at, ...row }) => ({ ...row, createdAtMs: at.getTime() })),
    deployments: deployments.map(({ state_at: at, ...row }) => ({ ...row, stateAtMs: at.getTime() })),
    runs: runs.map(({ ended_at: at, ...row }) => ({ ...row, endedAtMs: at?.getTime() ?? null })),
  };
}

/** Locks releases against whoever would use them, until the transaction ends. */
export async function lockReleases(db: Queries, releases: readonly string[]): Promise<void> {
  if (releases.length === 0) return;
  // In one order, so that two who lock never wait for each other.
  await db
    .selectFrom('app.release')
    .select('id')
    .where('id', 'in', releases)
    .orderBy('id')
    .forUpdate()
    .execute();
}

/**
 * Makes sure that a release is whole until the transaction ends, which makes use of it: pruning waits, and looks again.
 * Throws `release_pruned`.
 */
export async function useRelease(
  db: Queries,
  { id, version }: { readonly id: string; readonly version: string },
): Promise<void> {
  await db.selectFrom('app.release').select('id').where('id', '=', id).forShare().execute();
  const pruned = await db
    .selectFrom('app.pruned_release')
    .select('at')
    .where('release', '=', id)
    .executeTakeFirst();
  if (pruned === undefined) return;
  throw new DeployerError('release_pruned', {
    message: `Release ${version} was pruned on ${pruned.at.toISOString().slice(0, 10)}: its artifacts are gone.`,
    hint: 'deployer releases   lists those that can be used; a new commit is built anew: git commit --allow-empty -m "Build again"',
  });
}

/** When each of these releases was pruned; those that were not are left out. */
export async function prunedAt(db: Queries, releases: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  if (releases.length === 0) return new Map();
  const rows = await db
    .selectFrom('app.pruned_release')
    .selectAll()
    .where('release', 'in', releases)
    .execute();
  return new Map(rows.map(({ release, at }) => [release, at]));
}

export interface PruneMarks {
  readonly integration: string;
  readonly releases: readonly string[];
  readonly deployments: readonly string[];
  readonly runs: readonly string[];
}

/** Writes down what goes. Lines of logs go with it; files are removed by whoever calls, afterwards. */
export async function markPruned(db: Queries, marks: PruneMarks, at: Date): Promise<void> {
  const { integration, releases, deployments, runs } = marks;
  if (releases.length > 0) {
    await db
      .insertInto('app.pruned_release')
      .values(releases.map((release) => ({ release, at })))
      .execute();
  }
  if (deployments.length > 0) {
    await db
      .updateTable('app.deployment')
      .set({ pruned_at: at })
      .where('integration', '=', integration)
      .where('id', 'in', deployments)
      .execute();
  }
  if (runs.length === 0) return;
  await sql`select set_config('deployer.pruning', 'on', true)`.execute(db);
  for (const run of runs) {
    await sql`delete from app.run_event where run = ${run} and body->>'type' = 'log'`.execute(db);
  }
  await sql`select set_config('deployer.pruning', 'off', true)`.execute(db);
  await db.updateTable('app.run').set({ logs_pruned_at: at }).where('id', 'in', runs).execute();
}

export interface NeededAt {
  readonly host: string;
  /** Releases that are about to be pruned. @default none */
  readonly going?: ReadonlySet<string>;
}

/**
 * Digests of the manifests that must be in the home of a host: of every release that is not pruned nor going, and of
 * whatever runs, unless they are of an integration that is at another one.
 */
export async function neededManifests(
  db: Queries,
  { host, going = new Set() }: NeededAt,
): Promise<readonly string[]> {
  const elsewhere = await db
    .selectFrom('app.environment')
    .select('integration')
    .distinct()
    .where('host', '!=', host)
    .execute();
  const others = new Set(elsewhere.map(({ integration }) => integration));
  const ofHere = <T extends { readonly integration: string }>(rows: readonly T[]): readonly T[] =>
    rows.filter(({ integration }) => !others.has(integration));
  const releases = ofHere(
    await db
      .selectFrom('app.release')
      .select(['id', 'integration', 'manifest'])
      .where('id', 'not in', db.selectFrom('app.pruned_release').select('release'))
      .execute(),
  );
  const deployments = ofHere(
    await db
      .selectFrom('app.deployment')
      .select(['integration', 'preparation'])
      .where('state', 'not in', ['retired', 'failed'])
      .execute(),
  );
  const residents = ofHere(
    await db.selectFrom('app.resident').select(['integration', 'current', 'next']).execute(),
  );
  const running = [
    ...deployments.map(({ preparation }) => preparation),
    ...residents.flatMap(({ current, next }) => [current, next].flatMap((each) => each ?? [])),
  ];
  return [
    ...new Set([
      ...releases.flatMap(({ id, manifest }) => (going.has(id) ? [] : Object.values(manifest.artifacts))),
      ...running.flatMap(({ components }) => components.map(({ artifact }) => artifact)),
    ]),
  ];
}

/** Names of components that exist once per environment, in releases that are neither pruned nor going. */
export async function residentsOfKept(
  db: Queries,
  integration: string,
  going: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const releases = await db
    .selectFrom('app.release')
    .select(['id', 'definition'])
    .where('integration', '=', integration)
    .where('id', 'not in', db.selectFrom('app.pruned_release').select('release'))
    .execute();
  const kept = releases.filter(({ id }) => !going.has(id));
  return new Set(
    kept.flatMap(({ definition }) => definition.components.filter(isResident).map(({ name }) => name)),
  );
}

/** Every commit that a release or a run of an integration names. */
export async function namedCommits(db: Queries, integration: string): Promise<ReadonlySet<string>> {
  const releases = await db
    .selectFrom('app.release')
    .select('commit')
    .where('integration', '=', integration)
    .execute();
  const runs = await db
    .selectFrom('app.run')
    .select('commit')
    .where('integration', '=', integration)
    .execute();
  return new Set([...releases, ...runs].map(({ commit }) => commit));
}

/** Deployments whose files are to go, or have gone. */
export async function prunedDeployments(
  db: Queries,
  integration: string,
): Promise<readonly { readonly id: string; readonly environment: string }[]> {
  return await db
    .selectFrom('app.deployment')
    .select(['id', 'environment'])
    .where('integration', '=', integration)
    .where('pruned_at', 'is not', null)
    .execute();
}

/** Bytes of the database on the disk. */
export async function databaseSize(db: Queries): Promise<number> {
  const { rows } = await sql<{ size: string }>`select pg_database_size(current_database()) as size`.execute(
    db,
  );
  return Number(rows[0]?.size ?? 0);
}
