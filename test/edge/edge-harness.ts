import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Agent, type Dispatcher, request } from 'undici';

import type { EdgeAddress, EdgeRef, Edges, TrafficTotals } from '../../src/core/switching/edge.ts';
import type { EdgeSettings } from '../../src/core/definition/integration.ts';
import { emptyRouteTable, type RouteTable, withStable } from '../../src/core/switching/route-table.ts';
import { edgeFolder, type EdgeRecord, readEdgeRecord } from '../../src/edge/edge-record.ts';
import { processEdges } from '../../src/edge/edges.ts';
import type { EdgeLimits } from '../../src/edge/limits.ts';
import { waitUntil } from '../../src/lib/wait-until.ts';

export const defaultSettings: EdgeSettings = { port: null, cert: null, key: null, workers: 1 };

/** A real edge of its own, in a home of its own. */
export interface EdgeUnderTest extends AsyncDisposable {
  readonly home: string;
  readonly folder: string;
  readonly edges: Edges;
  readonly ref: EdgeRef;
  readonly address: EdgeAddress;
  /** PEM that clients trust. */
  readonly ca: string;
  /** Trusts the edge, keeps connections alive. */
  readonly agent: Agent;
  record(): Promise<EdgeRecord>;
  get(path: string, options?: Partial<Dispatcher.RequestOptions>): Promise<Answer>;
  /** The same for any URL that the edge serves, e.g. of a preview. */
  getUrl(url: string): Promise<Answer>;
  /** Over a connection of its own. */
  getAnew(path: string, port?: number): Promise<Answer>;
  /** Makes a deployment stable and returns the table; `null` takes the environment off the air. */
  route(deployment: string | null, upstreams: readonly Upstream[]): Promise<RouteTable>;
  /** A connection on which anything can be written. */
  open(port?: number, options?: ConnectionOptions): Promise<TLSSocket>;
  totals(deployment: string): Promise<TrafficTotals>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Value of `x-deployer-deployment`. */
  readonly deployment: string | null;
}

export interface Upstream extends AsyncDisposable {
  readonly address: string;
  readonly server: Server;
}

export interface EdgeTestOptions {
  readonly settings?: Partial<EdgeSettings>;
  readonly limits?: Partial<EdgeLimits>;
}

export async function startTestEdge(options: EdgeTestOptions = {}): Promise<EdgeUnderTest> {
  const home = await mkdtemp(join(tmpdir(), 'edge-'));
  const ref = { integration: 'triage-desk', environment: 'production' };
  const edges = processEdges({ home, ...(options.limits === undefined ? {} : { limits: options.limits }) });
  const settings = { ...defaultSettings, ...options.settings };
  const address = await edges.ensure(ref, settings, deadline()).catch(async (error: unknown) => {
    await rm(home, { recursive: true });
    throw error;
  });
  const ca = address.caFile === null ? '' : await readFile(address.caFile, 'utf8');
  const agent = new Agent({ connect: { ca }, allowH2: false, pipelining: 1 });
  const folder = edgeFolder(home, ref);
  let table = emptyRouteTable;
  const backends: Record<string, string[]> = {};
  return {
    home,
    folder,
    edges,
    ref,
    address,
    ca,
    agent,
    record: async () => {
      const record = await readEdgeRecord(folder);
      if (record === null) throw new Error('no edge.json');
      return record;
    },
    get: (path, more = {}) => send(`${address.url}${path}`, { dispatcher: agent, ...more }),
    getUrl: (url) => send(url, { dispatcher: agent }),
    getAnew: async (path, port = address.port) => {
      const own = new Agent({ connect: { ca }, allowH2: false });
      try {
        return await send(`https://127.0.0.1:${port}${path}`, { dispatcher: own });
      } finally {
        await own.destroy();
      }
    },
    route: async (deployment, upstreams) => {
      table = withStable(table, deployment);
      if (deployment !== null) backends[deployment] = upstreams.map((upstream) => upstream.address);
      await edges.put(ref, { table, backends }, deadline());
      return table;
    },
    open: (port = address.port, more = {}) => openTls({ port, ca, ...more }),
    totals: async (deployment) => {
      const totals = (await edges.observe(ref, deadline()))?.deployments[deployment];
      if (totals === undefined) throw new Error(`nothing counted for ${deployment}`);
      return totals;
    },
    [Symbol.asyncDispose]: async () => {
      await agent.destroy();
      await edges.stop(ref, deadline());
      await rm(home, { recursive: true });
    },
  };
}

/** A deployment's replica: by default it answers with its name, the request line and the headers it got. */
export async function startUpstream(name: string, listener?: RequestListener, port = 0): Promise<Upstream> {
  const server = createServer(
    listener ??
      ((request, response) => {
        request.resume();
        const { method, url, headers, rawHeaders } = request;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ name, method, url, headers, rawHeaders }));
      }),
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function send(
  url: string,
  options: Partial<Dispatcher.RequestOptions> & { dispatcher: Dispatcher },
): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, options);
  const deployment = headers['x-deployer-deployment'];
  return {
    status: statusCode,
    headers,
    text: await body.text(),
    deployment: typeof deployment === 'string' ? deployment : null,
  };
}

function openTls(options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', ...options }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Writes bytes on a connection of its own and returns everything that comes back until the edge closes it. */
export async function exchangeRaw(edge: EdgeUnderTest, bytes: string): Promise<string> {
  const socket = await edge.open();
  socket.write(bytes, 'latin1');
  return untilClosed(socket);
}

export function untilClosed(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', () => {
      // A cut connection is one of the answers that a test may expect.
    });
    socket.on('close', () => resolve(text));
  });
}

/** Asks until the condition holds. */
export async function eventually(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const ask = async (): Promise<true | null> => ((await holds()) ? true : null);
  await waitUntil(ask, { timeoutMs: 10_000, what, hint: 'see the test' });
}

export function deadline(): AbortSignal {
  return AbortSignal.timeout(30_000);
}
