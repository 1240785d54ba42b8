// How many requests per second one core carries through an edge, beside other proxies with the same certificate,
// upstream and load, in interleaved rounds. Proxies that are not installed are left out. Needs wrk, nginx (as the
// upstream), openssl and taskset. Usage: node bench/edge.ts [quick]
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from '../src/lib/free-port.ts';
import { bareNode } from './peers/bare-node.ts';
import { caddy } from './peers/caddy.ts';
import { makeCertificate } from './peers/certificate.ts';
import { deployer } from './peers/deployer.ts';
import { haproxy } from './peers/haproxy.ts';
import { kamalProxy } from './peers/kamal-proxy.ts';
import { nginx, startUpstream } from './peers/nginx.ts';
import type { RunningPeer } from './peers/peer.ts';
import { installed, sideBySide, type SideBySide } from './peers/side-by-side.ts';
import { memoryBytes, treeOf } from './process-figures.ts';
import { printTable, quantile } from './table.ts';
import { type Load, loadBy } from './load/wrk.ts';

const isQuick = process.argv.includes('quick');
const rounds = isQuick ? 1 : 5;
const seconds = isQuick ? 1 : 8;
const connections = 64;
const cores = { proxy: 0, load: 1 };
await sideBySide('edge', ['wrk', 'nginx', 'openssl', 'taskset'], measure);

async function measure({ folder, running }: SideBySide): Promise<void> {
  const certificate = makeCertificate(folder);
  const upstreamPort = await freePort();
  const upstream = await startUpstream(join(folder, 'upstream'), upstreamPort, 'production-1');
  running.push(upstream);
  pin(upstream.pids, cores.load);
  const peers = installed([deployer, caddy, kamalProxy, haproxy, nginx, bareNode]);
  const started: { readonly name: string; readonly peer: RunningPeer; readonly loads: Load[] }[] = [];
  for (const proxy of peers) {
    const { name } = proxy;
    const own = join(folder, name.replaceAll(/\W/g, '-'));
    await mkdir(own, { recursive: true });
    const place = { folder: own, upstream: `127.0.0.1:${upstreamPort}`, port: await freePort() };
    const peer = await proxy.start({ ...place, ...certificate });
    running.push(peer);
    pin(peer.pids, cores.proxy);
    started.push({ name, peer, loads: [] });
  }
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, peer, loads } of started) {
      process.stderr.write(`\r  round ${round} of ${rounds}: ${name}`.padEnd(60));
      // The first round warms up compilers and connections.
      const load = loadBy({
        url: peer.url,
        connections,
        seconds: round === 0 ? Math.min(3, seconds) : seconds,
        core: cores.load,
      });
      if (round > 0) loads.push(load);
    }
  }
  process.stderr.write(`\r${' '.repeat(60)}\r`);
  report(started);
}

function report(
  started: readonly { readonly name: string; readonly peer: RunningPeer; readonly loads: readonly Load[] }[],
): void {
  const rows = started.map(({ name, peer, loads }) => ({
    name,
    perSecond: median(loads.map((load) => load.perSecond)),
    p50Ms: median(loads.map((load) => load.p50Ms)),
    p99Ms: median(loads.map((load) => load.p99Ms)),
    errors: loads.reduce((sum, load) => sum + load.errors, 0),
    bytes: memoryBytes(withChildren(peer.pids)),
  }));
  const own = rows[0]?.perSecond ?? Number.NaN;
  printTable(
    `bench/edge: HTTPS on one core, ${connections} connections, medians of ${rounds} rounds of ${seconds} s`,
    [
      ['', 'requests/s', 'Deployer is', 'p50', 'p99', 'errors', 'memory'],
      ...rows.map(({ name, perSecond, p50Ms, p99Ms, errors, bytes }) => [
        name,
        perSecond.toFixed(0),
        `${(own / perSecond).toFixed(2)} x`,
        `${p50Ms.toFixed(1)} ms`,
        `${p99Ms.toFixed(1)} ms`,
        String(errors),
        `${(bytes / 1024 / 1024).toFixed(0)} MiB`,
      ]),
    ],
  );
}

/** All threads of these processes, and of what they have started, run on one core from here on. */
function pin(pids: readonly number[], core: number): void {
  for (const pid of withChildren(pids))
    execFileSync('taskset', ['-acp', String(core), String(pid)], { stdio: 'ignore' });
}

function withChildren(pids: readonly number[]): readonly number[] {
  return pids.flatMap((pid) => treeOf(pid, new Set([pid])));
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
