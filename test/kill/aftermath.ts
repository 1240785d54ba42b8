import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

import { occupiesPlace } from '../../src/core/switching/deployment.ts';
import { stableOf } from '../../src/core/switching/route-table.ts';
import { edgeFolder, readEdgeRecord } from '../../src/edge/edge-record.ts';
import { processEdges } from '../../src/edge/edges.ts';
import { isConnectionLost } from '../../src/store/connection-lost.ts';
import type { Database } from '../../src/store/database.ts';
import type { StageRow } from '../../src/store/stages.ts';
import { readDatabaseFile } from '../../src/store/embedded/database-file.ts';
import { deploymentFolder } from '../../src/targets/supervised/layout.ts';
import { livingSupervisor } from '../../src/targets/supervised/supervisor-record.ts';
import type { DeployerHome } from '../harness/deployer-home.ts';
import { untilTrue } from '../harness/until.ts';
import { observationOf, seenOf } from './resident-aftermath.ts';

const integration = 'small';

/** What a run leaves behind in the store, without names and times, so that two runs can be compared. */
export interface Traces {
  readonly state: string;
  readonly stages: readonly string[];
  readonly releases: number;
  readonly deployments: readonly string[];
  readonly switches: readonly string[];
  readonly audit: readonly string[];
  readonly decisions: readonly string[];
  readonly holds: readonly string[];
}

/** The row of the audit after which something begins. */
export async function lastAudit({ db }: Database): Promise<number> {
  const row = await db
    .selectFrom('app.audit')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst();
  return Number(row?.id ?? 0);
}

/** Reads what has happened to a run, and to its integration since a row of the audit. */
export async function tracesOf({ db }: Database, run: string, sinceAudit: number): Promise<Traces> {
  const { state, commit } = await db
    .selectFrom('app.run')
    .select(['state', 'commit'])
    .where('id', '=', run)
    .executeTakeFirstOrThrow();
  const stages = await db
    .selectFrom('app.stage')
    .selectAll()
    .where('run', '=', run)
    .orderBy('index')
    .execute();
  const releases = await db.selectFrom('app.release').select('id').where('commit', '=', commit).execute();
  const deployments = await db
    .selectFrom('app.deployment')
    .select(['environment'])
    .where('run', '=', run)
    .orderBy('id')
    .execute();
  const switches = await db
    .selectFrom('app.switch')
    .selectAll()
    .where('run', '=', run)
    .orderBy('id')
    .execute();
  const audit = await db
    .selectFrom('app.audit')
    .selectAll()
    .where('id', '>', String(sinceAudit))
    .orderBy('id')
    .execute();
  const decisions = await db
    .selectFrom('app.decision')
    .selectAll()
    .where('run', '=', run)
    .orderBy('id')
    .execute();
  const holds = await db
    .selectFrom('app.hold')
    .selectAll()
    .where('lifted_at', 'is', null)
    .where('release', 'in', (sub) => sub.selectFrom('app.release').select('id').where('commit', '=', commit))
    .execute();
  return {
    state,
    stages: stages.map(
      (stage) =>
        `${stage.environment ?? '-'} ${stage.name}: ${stage.verdict ?? stage.state}${changesIn(stage)}`,
    ),
    releases: releases.length,
    deployments: deployments.map(({ environment }) => environment),
    switches: switches.map(({ environment, cause }) => `${environment} ${cause}`),
    audit: audit.map(({ action, identity }) => `${action} by ${identity}`),
    decisions: decisions.map(({ kind }) => kind),
    holds: holds.map(({ environment }) => environment ?? 'everywhere'),
  };
}

/** What a stage says that it changed of the residents of production: the same, however often it was begun. */
function changesIn({ name, environment, verdict, reason }: StageRow): string {
  return name === 'residents' && environment === 'production' && verdict === 'pass' ? ` (${reason})` : '';
}

/**
 * Resolves when nothing is left to do: nobody holds an environment or waits for it, every edge routes by the stored
 * table, exactly one deployment is live where users are, what exists once is what is decided about it, alone with its
 * data, and every process belongs to something that is recorded.
 */
export async function untilCalm(home: DeployerHome, database: Database): Promise<void> {
  let disorder: readonly string[] = [];
  try {
    await untilTrue('everything to be calm', async () => {
      disorder = await disorderOf(home, database).catch(noDatabase);
      return disorder.length === 0;
    });
  } catch (error) {
    throw new Error(`It does not get calm:\n${disorder.join('\n')}`, { cause: error });
  }
}

/** Killed a moment ago, it is on its way back. */
function noDatabase(error: unknown): readonly string[] {
  if (!isConnectionLost(error)) throw error;
  return ['the database is away'];
}

async function disorderOf(home: DeployerHome, { db }: Database): Promise<readonly string[]> {
  const environments = await db
    .selectFrom('app.environment')
    .selectAll()
    .where('integration', '=', integration)
    .execute();
  const deployments = await db
    .selectFrom('app.deployment')
    .selectAll()
    .where('integration', '=', integration)
    .execute();
  const residents = await db
    .selectFrom('app.resident')
    .selectAll()
    .where('integration', '=', integration)
    .execute();
  const waiters = await db.selectFrom('app.capacity_waiter').selectAll().execute();
  const edges = processEdges({ home: home.home.root });
  const owned = new Set<number>();
  const found: string[] = waiters.map(({ run }) => `${run} waits for capacity`);
  for (const { name, holder, generation, routes } of environments) {
    const edge = { integration, environment: name };
    if (holder !== null) found.push(`${holder} holds ${name}`);
    const seen = await edges.observe(edge, AbortSignal.timeout(5000)).catch(() => null);
    if (seen?.generation !== generation)
      found.push(`the edge of ${name} has table ${seen?.generation ?? 'none'}, not ${generation}`);
    const record = await readEdgeRecord(edgeFolder(home.home.root, edge));
    if (record !== null) owned.add(record.pid);
    const here = deployments.filter(({ environment }) => environment === name);
    const live = here.filter(({ state }) => state === 'live').map(({ id }) => id);
    if (live.join() !== (stableOf(routes) ?? '')) found.push(`live in ${name}: ${live.join() || 'nothing'}`);
    for (const { id, state } of here) {
      if (!occupiesPlace(state)) continue;
      if (state !== 'live') found.push(`${id} is ${state}`);
      const folder = deploymentFolder(home.home.root, { ...edge, deployment: id });
      const supervisor = await livingSupervisor(folder);
      if (supervisor === null) {
        found.push(`${id} has no supervisor`);
        continue;
      }
      owned.add(supervisor.pid);
      const seen = await observationOf(supervisor);
      if (seen?.state !== 'ready') found.push(`${id} is seen ${seen?.state ?? 'to end'}`);
    }
  }
  for (const row of residents) {
    const { supervisor, disorder } = await seenOf(home.home.root, row);
    if (supervisor !== null) owned.add(supervisor.pid);
    found.push(...disorder);
  }
  const server = await home.server();
  const postmaster = (await readDatabaseFile(home.home))?.process;
  for (const pid of [server?.pid, postmaster?.pid, process.pid]) if (pid !== undefined) owned.add(pid);
  return [...found, ...(await unowned(home.home.root, owned))];
}

/** Processes that have to do with the home and descend from none that is recorded; all that listens is among them. */
async function unowned(root: string, owned: ReadonlySet<number>): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(
    pids.map(async (pid) => {
      const command = await ofHome(pid, root);
      if (command === null || (await descends(pid, owned))) return [];
      return [`nobody owns ${pid} ${command}`];
    }),
  );
  return lines.flat();
}

async function ofHome(pid: number, root: string): Promise<string | null> {
  try {
    const [command, env, cwd] = await Promise.all([
      readFile(join('/proc', String(pid), 'cmdline'), 'utf8'),
      readFile(join('/proc', String(pid), 'environ'), 'utf8'),
      readlink(join('/proc', String(pid), 'cwd')),
    ]);
    const isOurs = [command, env, cwd].some((text) => text.includes(root));
    return isOurs ? command.replaceAll('\0', ' ') : null;
  } catch {
    // It has ended meanwhile, or it is somebody else's.
    return null;
  }
}

async function descends(pid: number, owned: ReadonlySet<number>): Promise<boolean> {
  for (let current = pid; current > 1;) {
    if (owned.has(current)) return true;
    const stat = await readFile(`/proc/${current}/stat`, 'utf8').catch(() => '');
    current = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
    // It has ended since it was listed.
    if (stat === '') return true;
  }
  return false;
}
