import type { DeploymentView, EnvironmentView, StatusView } from '../../api/views/status.ts';
import { edgeUrl } from '../../core/switching/edge.ts';
import type { Hold } from '../../core/order/hold.ts';
import { hostLabel, startWorkerHint } from '../../core/workers/host.ts';
import { type RouteTable, shareOf, stableOf } from '../../core/switching/route-table.ts';
import { agoText, troubleText } from '../../core/workers/watchdog.ts';
import { chooseRollback } from '../../engine/acts/rollback.ts';
import { isHere } from '../../engine/elsewhere.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { returnTrouble } from '../../engine/retention/nightly-work.ts';
import { holdJudge } from '../../engine/subjects.ts';
import { edgeAddress } from '../../engine/switching/edge-of-environment.ts';
import type { Tracking } from '../../engine/tracking/tracking.ts';
import type { Watchdog } from '../../engine/workers/watchdog.ts';
import { type DeploymentRow, runningDeployments } from '../../store/deployments.ts';
import { type EnvironmentRow, listEnvironments } from '../../store/environments.ts';
import { definitionOf } from '../../store/integrations.ts';
import { iso } from '../../store/json.ts';
import { releaseById, releasesById } from '../../store/releases.ts';
import { openRuns, type RunRow } from '../../store/runs.ts';
import { hostById, silentHost } from '../../store/workers.ts';
import { alertTrouble } from './alert-trouble.ts';
import { frozenView } from './freeze-view.ts';
import { liveTrouble } from './live-trouble.ts';
import { residentViews } from './resident-views.ts';
import { revokedNotices } from './revoked-notices.ts';
import { runningViews } from './running-views.ts';
import { trackingView } from './tracker-view.ts';

export interface StatusParts {
  readonly parts: EngineParts;
  readonly health: Watchdog['health'];
  readonly tracking: Pick<Tracking, 'looks'>;
}

export async function statusView(
  { parts, health, tracking }: StatusParts,
  integration: string,
): Promise<StatusView> {
  const { db } = parts.database;
  const definition = await definitionOf(db, integration);
  const runs = await openRuns(db, integration);
  const names = new Set(definition.environments.map(({ name }) => name));
  const rows = (await listEnvironments(db, integration)).filter(
    ({ name, generation }) => names.has(name) || generation > 0,
  );
  const [environments, running, notices] = await Promise.all([
    Promise.all(rows.map((row) => environmentView(parts, row, runs))),
    runningViews(db, runs),
    revokedNotices(parts, integration),
  ]);
  return {
    integration,
    name: definition.name,
    emoji: definition.emoji,
    waiting: runs.flatMap(({ waiting }) => waiting ?? []),
    running,
    environments,
    tracking: await trackingView({ db, tracking }, integration),
    trouble: health().troubles.map((trouble) => troubleText(trouble, parts.clock.now())),
    notices,
  };
}

async function environmentView(
  parts: EngineParts,
  row: EnvironmentRow,
  runs: readonly RunRow[],
): Promise<EnvironmentView> {
  const { db } = parts.database;
  const definition = await definitionOf(db, row.integration);
  const shape = definition.environments.find(({ name }) => name === row.name);
  const running = await runningDeployments(db, row.integration, row.name);
  const names = running.map(({ release }) => release);
  const releases = new Map((await releasesById(db, names)).map((release) => [release.id, release]));
  const judge = await holdJudge(db, row.integration);
  const describe = (deployment: DeploymentRow) => ({
    deployment: deployment.id,
    release: deployment.release,
    version: releases.get(deployment.release)?.version ?? '',
  });
  const holdOn = (deployment: DeploymentRow): DeploymentView['hold'] => {
    const release = releases.get(deployment.release);
    return holdView(release === undefined ? null : judge(release, row.name));
  };
  const stable = running.find(({ id }) => id === stableOf(row.routes));
  const open = new Set(runs.map(({ id }) => id));
  const candidate = running.find(
    ({ id, run, state }) =>
      id !== stable?.id && run !== null && open.has(run) && (state === 'preparing' || state === 'ready'),
  );
  const edge = await edgeAddress(parts, row);
  const previous = await previousView(parts, row);
  const place = await placeView(parts, row);
  return {
    name: row.name,
    target: shape?.target ?? 'process',
    url: edge?.url ?? null,
    caFile: edge?.caFile ?? null,
    live: stable === undefined ? null : { ...describe(stable), since: iso(stable.state_at) },
    previous,
    candidate:
      candidate === undefined
        ? null
        : { ...describe(candidate), state: candidate.state, url: previewUrl(candidate) },
    deployments: running.map((deployment) =>
      deploymentView(deployment, row.routes, {
        version: describe(deployment).version,
        hold: holdOn(deployment),
      }),
    ),
    residents: await residentViews(parts, row, stable ?? null),
    frozen: await frozenView(parts, { integration: row.integration, environment: row.name }),
    waiting: runs.flatMap(({ waiting }) => (waiting?.environment === row.name ? [waiting] : [])),
    host: place.host,
    trouble: [
      ...(await liveTrouble(parts, row, stable)),
      ...(await alertTrouble(parts, row)),
      ...place.trouble,
      ...(previous === null
        ? []
        : await returnTrouble(db, {
            host: row.host,
            integration: row.integration,
            id: previous.deployment,
          })),
    ],
  };
}

/** What its host says of it; and of a host that says nothing any more, since when. */
async function placeView(
  parts: EngineParts,
  { host, trouble }: EnvironmentRow,
): Promise<Pick<EnvironmentView, 'host' | 'trouble'>> {
  const nowMs = parts.clock.now();
  const said = trouble.map((each) => troubleText(each, nowMs));
  if (host === null || isHere(parts, host)) return { host: null, trouble: said };
  const { db } = parts.database;
  const silent = await silentHost(db, host);
  if (silent === null) return { host: hostLabel(await hostById(db, host)), trouble: said };
  const news = `no worker has run on ${hostLabel(silent)} for ${agoText(nowMs - silent.seenAtMs)}: ${startWorkerHint(silent)}`;
  return { host: hostLabel(silent), trouble: [news] };
}

async function previousView(parts: EngineParts, row: EnvironmentRow): Promise<EnvironmentView['previous']> {
  const choice = await chooseRollback(parts, {
    integration: row.integration,
    environment: row.name,
    to: null,
  });
  if (choice.target === null) return null;
  return {
    deployment: choice.target.id,
    release: choice.target.release,
    version: (await releaseById(parts.database.db, choice.target.release)).version,
    warm: choice.warm,
    rollback: { ready: choice.ready, reasons: choice.reasons },
  };
}

function holdView(hold: Hold | null): DeploymentView['hold'] {
  return hold === null ? null : { environment: hold.environment, reason: hold.reason, by: hold.identity };
}

function deploymentView(
  row: DeploymentRow,
  routes: RouteTable,
  { version, hold }: Pick<DeploymentView, 'version' | 'hold'>,
): DeploymentView {
  return {
    deployment: row.id,
    release: row.release,
    version,
    state: row.state,
    stable: stableOf(routes) === row.id,
    share: shareOf(routes, row.id),
    audience: null,
    url: previewUrl(row),
    since: iso(row.state_at),
    hold,
  };
}

export function previewUrl({ preview_port: port }: DeploymentRow): string | null {
  return port === null ? null : edgeUrl(port);
}
