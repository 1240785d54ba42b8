import type { TopDeploymentView, TopFigures, TopTraffic, TopView } from '../../api/views/top.ts';
import type { EdgeObservation, TrafficTotals } from '../../core/switching/edge.ts';
import { latencyBoundsMs } from '../../core/verdicts/latency.ts';
import { type RouteTable, shareOf, stableOf } from '../../core/switching/route-table.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { mapAhead } from '../../lib/map-ahead.ts';
import { firingAlerts } from '../../store/alerts.ts';
import { deploymentsOfHost, type PlacedDeployment } from '../../store/deployments.ts';
import { configurationByDigest } from '../../store/digested.ts';
import { environmentsOfHost } from '../../store/environments.ts';
import { versionsOf } from '../../store/releases.ts';

/** Whoever looks every second waits no longer for one that hangs. */
const lookMs = 2000;
const looksAtOnce = 16;

/** What the edges and places of this host count now, of one integration or of all. */
export async function topView(
  parts: EngineParts,
  integration: string | null,
  signal: AbortSignal,
): Promise<TopView> {
  const { db } = parts.database;
  const host = parts.worker.host.id;
  const rows = await deploymentsOfHost(db, host, integration);
  const [versions, tables, firing] = await Promise.all([
    versionsOf(
      db,
      rows.map(({ release }) => release),
    ),
    routesByEnvironment(parts),
    firingAlerts(db, integration),
  ]);
  const within = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
  const edges = new Map<string, Promise<EdgeObservation | null>>();
  const edgeOf = (row: PlacedDeployment): Promise<EdgeObservation | null> => {
    const key = environmentKey(row);
    const known = edges.get(key) ?? orNull(parts.edges.observe(refOf(row), within), signal);
    edges.set(key, known);
    return known;
  };
  const views: TopDeploymentView[] = [];
  const at = new Date(parts.clock.now()).toISOString();
  const looks = mapAhead(rows, looksAtOnce, async (row) => {
    const [edge, figures] = await Promise.all([edgeOf(row), orNull(figuresOf(parts, row, within), signal)]);
    const version = versions.get(row.release) ?? '';
    return deploymentView(row, { version, table: tables.get(environmentKey(row)) ?? null, edge, figures });
  });
  for await (const view of looks) views.push(view);
  return {
    at,
    deployments: views.toSorted((a, b) => (environmentKey(a) === environmentKey(b) ? rank(a) - rank(b) : 0)),
    firing: firing
      .filter((alert) => integration === null || alert.integration === integration)
      .map(({ integration: key, environment, metric }) => ({ integration: key, environment, metric })),
  };
}

interface Seen {
  readonly version: string;
  readonly table: RouteTable | null;
  readonly edge: EdgeObservation | null;
  readonly figures: TopFigures | null;
}

function deploymentView(
  { integration, environment, id, state }: PlacedDeployment,
  { version, table, edge, figures }: Seen,
): TopDeploymentView {
  const totals = edge?.deployments[id] ?? null;
  return {
    integration,
    environment,
    deployment: id,
    version,
    state,
    stable: table !== null && stableOf(table) === id,
    share: table === null ? 0 : shareOf(table, id),
    traffic: totals === null ? null : trafficView(totals),
    figures,
  };
}

function trafficView({ since, requests, errors, active, latency }: TrafficTotals): TopTraffic {
  const last = latency.counts.findLastIndex((count) => count > 0);
  // An edge of another Deployer may divide them otherwise.
  const isSame = latency.counts.length === latencyBoundsMs.length + 1;
  return { since, requests, errors, active, counts: isSame ? latency.counts.slice(0, last + 1) : [] };
}

/** What users have, what comes, and what one could go back to. */
function rank({ stable, share, state }: TopDeploymentView): number {
  if (stable) return 0;
  if (share > 0) return 1;
  return state === 'warm' || state === 'draining' ? 3 : 2;
}

async function routesByEnvironment(parts: EngineParts): Promise<ReadonlyMap<string, RouteTable>> {
  const rows = await environmentsOfHost(parts.database.db, parts.worker.host.id);
  return new Map(
    rows.map(({ integration, name, routes }) => [environmentKey({ integration, environment: name }), routes]),
  );
}

async function figuresOf(
  { database, targets }: EngineParts,
  row: PlacedDeployment,
  signal: AbortSignal,
): Promise<TopFigures | null> {
  const { target } = await configurationByDigest(database.db, row.configuration);
  return (await targets[target]?.figures({ ...refOf(row), deployment: row.id }, signal)) ?? null;
}

function refOf({ integration, environment }: PlacedDeployment): {
  readonly integration: string;
  readonly environment: string;
} {
  return { integration, environment };
}

function environmentKey(of: { readonly integration: string; readonly environment: string }): string {
  return `${of.integration}/${of.environment}`;
}

/** One that cannot be seen has no figures; the others have. */
async function orNull<T>(look: Promise<T | null>, signal: AbortSignal): Promise<T | null> {
  try {
    return await look;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
