import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type {
  EdgeAddress,
  EdgeObservation,
  EdgeRef,
  EdgeRoutes,
  Edges,
} from '../../src/core/switching/edge.ts';
import { portRanges } from '../../src/core/places/port-ranges.ts';
import type {
  DeploymentRef,
  Observation,
  Preparation,
  ReplicaObservation,
  Target,
} from '../../src/core/places/target.ts';
import { compareTables, emptyRouteTable } from '../../src/core/switching/route-table.ts';
import { DeployerError } from '../../src/errors.ts';

/**
 * Places that keep their word without a process behind it: what was started stands in files of a folder, so that it
 * outlives whoever asked for it, as the real ones do. Every call passes `at` first, with its name, where a test may
 * fail or stop it.
 */
export interface FakePlaces {
  readonly target: Target;
  readonly edges: Edges;
  /** What the edge of an environment routes by; null when it does not run. */
  edgeOf(ref: EdgeRef): EdgeRoutes | null;
  deploymentsOf(integration: string): readonly FakeDeployment[];
  /** As if its processes had been killed. */
  vanish(ref: DeploymentRef): void;
  endEdge(ref: EdgeRef): void;
  /** Its edge becomes one of an older Deployer. */
  ageEdge(ref: EdgeRef): void;
  /**
   * What is seen of a deployment from now on, whatever runs: until it is retired, or null. A look may throw or hang.
   */
  see(ref: DeploymentRef, sight: Sight<Partial<Observation>> | null): void;
  /** The same of an edge, which can only be kept from being seen. */
  seeEdge(ref: EdgeRef, sight: Sight<never> | null): void;
  setWorkers(ref: DeploymentRef, areActive: boolean): void;
  /** How many requests, streams and sockets a deployment has open. */
  setActive(ref: DeploymentRef, active: number): void;
}

export interface FakeDeployment {
  readonly deployment: string;
  readonly preparation: Preparation;
  readonly workersActive: boolean;
  readonly endpoint: string;
}

export type Sight<T> = (signal: AbortSignal) => Promise<T>;

/** Of a place that hangs: no answer for as long as anybody waits. */
export const hangs: Sight<never> = async (signal) => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

export type Point = (name: string, subject: string) => Promise<void> | void;

const address: EdgeAddress = { url: 'https://127.0.0.1:1', port: 1, caFile: null, probeToken: 'token' };

interface FakeEdge extends EdgeRoutes {
  readonly active: Readonly<Record<string, number>>;
  readonly isOutdated?: boolean;
}

export function fakePlaces(folder: string, at: Point): FakePlaces {
  mkdirSync(folder, { recursive: true });
  const deploymentFile = (ref: DeploymentRef): string =>
    join(folder, `${ref.integration}+${ref.deployment}.deployment`);
  /** Whether workers are wanted, which outlives the processes. */
  const intentFile = (ref: DeploymentRef): string =>
    join(folder, `${ref.integration}+${ref.deployment}.workers`);
  const edgeFile = (ref: EdgeRef): string => join(folder, `${ref.integration}+${ref.environment}.edge`);
  const addressFile = (ref: EdgeRef): string => `${edgeFile(ref)}.address`;
  const deployment = (ref: DeploymentRef): FakeDeployment | null =>
    readJson(deploymentFile(ref)) as FakeDeployment | null;
  const sights = new Map<string, Sight<Partial<Observation>>>();
  const edgeSights = new Map<string, Sight<never>>();
  const edge = (ref: EdgeRef): FakeEdge | null => readJson(edgeFile(ref)) as FakeEdge | null;

  async function setWanted(ref: DeploymentRef, areActive: boolean): Promise<void> {
    await at(areActive ? 'startWorkers' : 'stopWorkers', ref.deployment);
    const there = deployment(ref);
    if (there !== null) writeJson(deploymentFile(ref), { ...there, workersActive: areActive });
    writeJson(intentFile(ref), areActive);
  }

  const target: Target = {
    kind: 'process',
    async prepare(preparation, signal) {
      await at('prepare', preparation.deployment);
      signal.throwIfAborted();
      const there = deployment(preparation);
      const isOther = JSON.stringify(there?.preparation) !== JSON.stringify(preparation);
      if (there !== null && !(preparation.resident !== undefined && isOther)) return;
      const started: FakeDeployment = {
        deployment: preparation.deployment,
        preparation,
        workersActive: readJson(intentFile(preparation)) === true,
        endpoint: `127.0.0.1:${10_000 + Math.floor(Math.random() * 50_000)}`,
      };
      writeJson(deploymentFile(preparation), started);
    },
    async observe(ref, signal) {
      await at('observe', ref.deployment);
      const sight = await sights.get(deploymentFile(ref))?.(signal);
      return { ...observationOf(deployment(ref)), ...sight };
    },
    async memory() {
      return { totalBytes: 16e9, availableBytes: 8e9 };
    },
    async figures() {
      return null;
    },
    startWorkers: (ref) => setWanted(ref, true),
    stopWorkers: (ref) => setWanted(ref, false),
    async retire(ref) {
      await at('retire', ref.deployment);
      for (const file of [deploymentFile(ref), intentFile(ref)]) rmSync(file, { force: true });
      sights.delete(deploymentFile(ref));
    },
    async *logs() {
      // Nothing runs, so nothing was said.
    },
  };

  const edges: Edges = {
    async ensure(ref) {
      await at('ensure', ref.environment);
      writeJson(addressFile(ref), address);
      if (edge(ref) === null)
        writeJson(edgeFile(ref), { table: emptyRouteTable, backends: {}, active: {} } satisfies FakeEdge);
      return address;
    },
    async address(ref) {
      return readJson(addressFile(ref)) as EdgeAddress | null;
    },
    async freePort(use) {
      await at('freePort', '');
      const { lowest, beyond } = portRanges[use];
      return randomInt(lowest, beyond);
    },
    async put(ref, routes, signal) {
      await at('put', ref.environment);
      signal.throwIfAborted();
      const there = edge(ref);
      if (there === null) throw new DeployerError('edge_failed', { message: 'no edge', hint: 'start it' });
      if (compareTables(routes.table, there.table) === 'stale')
        throw new DeployerError('route_stale', { message: 'stale', hint: 'read again' });
      writeJson(edgeFile(ref), { ...there, ...routes });
    },
    async observe(ref, signal) {
      await edgeSights.get(edgeFile(ref))?.(signal);
      const there = edge(ref);
      return there === null ? null : observedEdge(there);
    },
    async stop(ref) {
      const ran = edge(ref) !== null;
      rmSync(edgeFile(ref), { force: true });
      return ran;
    },
  };

  return {
    target,
    edges,
    edgeOf: edge,
    deploymentsOf: (integration) =>
      readdirSync(folder)
        .filter((name) => name.startsWith(`${integration}+`) && name.endsWith('.deployment'))
        .flatMap((name) => (readJson(join(folder, name)) as FakeDeployment | null) ?? []),
    vanish: (ref) => rmSync(deploymentFile(ref), { force: true }),
    endEdge: (ref) => rmSync(edgeFile(ref), { force: true }),
    ageEdge: (ref) => writeJson(edgeFile(ref), { ...edge(ref), isOutdated: true }),
    see(ref, sight) {
      if (sight === null) sights.delete(deploymentFile(ref));
      else sights.set(deploymentFile(ref), sight);
    },
    seeEdge(ref, sight) {
      if (sight === null) edgeSights.delete(edgeFile(ref));
      else edgeSights.set(edgeFile(ref), sight);
    },
    setWorkers(ref, workersActive) {
      writeJson(deploymentFile(ref), { ...deployment(ref), workersActive });
      writeJson(intentFile(ref), workersActive);
    },
    setActive(ref, active) {
      const there = edge(ref);
      if (there !== null) writeJson(edgeFile(ref), { ...there, active: { [ref.deployment]: active } });
    },
  };
}

function observationOf(there: FakeDeployment | null): Observation {
  if (there === null)
    return { state: 'absent', reason: 'nothing runs', components: [], endpoints: [], workersActive: null };
  const hasWorkers = there.preparation.components.some(({ activation }) => activation === 'when-live');
  const { endpoint, workersActive } = there;
  return {
    state: 'ready',
    reason: null,
    components: there.preparation.components.map(({ name }) => ({ name, replicas: [replica(endpoint)] })),
    endpoints: [endpoint],
    workersActive: hasWorkers ? workersActive : null,
  };
}

function replica(address: string): ReplicaObservation {
  const well = { restarts: 0, crashes: 0, startedAt: '2026-01-01T00:00:00.000Z', reason: null };
  return { index: 0, state: 'ready', pid: 1, address, ...well };
}

function observedEdge({ table, backends, active, isOutdated = false }: FakeEdge): EdgeObservation {
  const totals = Object.entries(active).map(
    ([id, count]) =>
      [
        id,
        {
          since: '2026-01-01T00:00:00.000Z',
          requests: 0,
          errors: 0,
          synthetic: 0,
          active: count,
          latency: { boundsMs: [], counts: [0] },
        },
      ] as const,
  );
  return {
    generation: table.generation,
    table,
    backends,
    deployments: Object.fromEntries(totals),
    previews: {},
    refused: {},
    readyWorkers: 1,
    isOutdated,
  };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** In one step, because a test kills whoever writes. */
function writeJson(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value));
  renameSync(`${path}.new`, path);
}
