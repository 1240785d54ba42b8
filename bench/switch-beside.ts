// The switch itself beside other proxies: 20 times from one upstream to another and back under HTTPS load, by the way
// each has for it. How long does it take until the last old answer, and what fails? Needs nginx and openssl; proxies
// that are not installed are left out. Usage: node bench/switch-beside.ts [quick]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort } from '../src/lib/free-port.ts';
import { beginChange, endChange, liveBoard } from './load/live-board.ts';
import { startLoad } from './load/load.ts';
import { caddy } from './peers/caddy.ts';
import { makeCertificate } from './peers/certificate.ts';
import { deployer } from './peers/deployer.ts';
import { haproxy } from './peers/haproxy.ts';
import { kamalProxy } from './peers/kamal-proxy.ts';
import { nginx, startUpstream } from './peers/nginx.ts';
import type { Peer } from './peers/peer.ts';
import { installed, sideBySide, type SideBySide } from './peers/side-by-side.ts';
import { printTable, quantile } from './table.ts';

const isQuick = process.argv.includes('quick');
const switches = isQuick ? 4 : 40;
/** Between two switches, so that each is seen on its own. */
const betweenMs = isQuick ? 200 : 500;

await sideBySide('switch-beside', ['nginx', 'openssl'], measure);

async function measure({ folder, running }: SideBySide): Promise<void> {
  const upstreams: string[] = [];
  for (const number of [1, 2]) {
    const port = await freePort();
    running.push(await startUpstream(join(folder, `upstream-${number}`), port, `production-${number}`));
    upstreams.push(`127.0.0.1:${port}`);
  }
  const peers = installed([deployer, caddy, kamalProxy, haproxy, nginx]);
  const rows: (readonly string[])[] = [];
  for (const peer of peers) {
    process.stderr.write(`\r  ${peer.name}`.padEnd(40));
    rows.push(await rowOf(peer, { folder, running, upstreams }));
  }
  process.stderr.write(`\r${' '.repeat(40)}\r`);
  printTable(
    `bench/switch-beside: ${switches} switches under load, HTTPS, keep-alive and fresh connections`,
    [['', 'by', 'p50', 'p95', 'requests', 'failed', 'old answers after it'], ...rows],
  );
}

async function rowOf(
  peer: Peer,
  { folder, running, upstreams }: SideBySide & { readonly upstreams: readonly string[] },
): Promise<readonly string[]> {
  const own = join(folder, peer.name.replaceAll(/\W/g, '-'));
  await mkdir(own, { recursive: true });
  const certificate = makeCertificate(own);
  const place = { folder: own, upstream: upstreams[0] ?? '', port: await freePort() };
  const started = await peer.start({ ...place, ...certificate });
  running.push(started);
  const board = liveBoard();
  endChange(board, 1);
  const clients = { keepAlive: 12, fresh: 2, threads: 1, held: null };
  const load = startLoad({ origin: started.url, caFile: certificate.cert, board, ...clients });
  await delay(1000);
  const times: number[] = [];
  for (let count = 1; count <= switches; count += 1) {
    const to = count % 2;
    beginChange(board);
    const startedAt = performance.now();
    await started.switchTo(upstreams[to] ?? '', to + 1);
    times.push(performance.now() - startedAt);
    endChange(board, to + 1);
    await delay(betweenMs);
  }
  const { count } = await load.until(0);
  return [
    peer.name,
    started.switchedBy,
    `${quantile(times, 0.5).toFixed(0)} ms`,
    `${quantile(times, 0.95).toFixed(0)} ms`,
    String(count.requests),
    String(count.failed),
    String(count.wrong),
  ];
}
