// What open streams cost an edge in memory, beside other proxies with the same certificate and upstream: an agent that
// thinks for minutes holds one per user. Proxies that are not installed are left out. Needs openssl.
// Usage: node bench/streams.ts [quick]
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort } from '../src/lib/free-port.ts';
import { openStreams } from './load/open-streams.ts';
import { caddy } from './peers/caddy.ts';
import { makeCertificate } from './peers/certificate.ts';
import { deployer } from './peers/deployer.ts';
import { haproxy } from './peers/haproxy.ts';
import { kamalProxy } from './peers/kamal-proxy.ts';
import { nginx } from './peers/nginx.ts';
import { startProgram } from './peers/peer.ts';
import { installed, sideBySide, type SideBySide } from './peers/side-by-side.ts';
import { memoryBytes, treeOf } from './process-figures.ts';
import { printTable } from './table.ts';

const isQuick = process.argv.includes('quick');
const count = isQuick ? 200 : 1000;
const settleMs = isQuick ? 1000 : 10_000;

await sideBySide('streams', ['openssl'], measure);

async function measure({ folder, running }: SideBySide): Promise<void> {
  const port = await freePort();
  const args = [join(import.meta.dirname, 'peers/streaming-program.ts'), String(port)];
  running.push(await startProgram({ command: process.execPath, args, port }));
  const certificate = makeCertificate(folder);
  const peers = installed([deployer, caddy, kamalProxy, haproxy, nginx]);
  const rows: (readonly string[])[] = [];
  for (const peer of peers) {
    process.stderr.write(`\r  ${peer.name}`.padEnd(40));
    const own = join(folder, peer.name);
    await mkdir(own, { recursive: true });
    const place = { folder: own, upstream: `127.0.0.1:${port}`, port: await freePort() };
    const proxy = await peer.start({ ...place, ...certificate });
    running.push(proxy);
    const used = (): number => memoryBytes(proxy.pids.flatMap((pid) => treeOf(pid, new Set([pid]))));
    const before = used();
    using streams = await openStreams(`${proxy.url}/ticks`, count, await readFile(certificate.cert));
    await delay(settleMs);
    const after = used();
    rows.push([
      peer.name,
      `${(before / 1024 / 1024).toFixed(0)} MiB`,
      `${((((after - before) / streams.count) * 1000) / 1024 / 1024).toFixed(0)} MiB`,
      String(count - streams.count),
    ]);
  }
  printTable(`bench/streams: ${count} streams that say something every second, over HTTPS`, [
    ['', 'before', 'for each 1,000', 'lost'],
    ...rows,
  ]);
}
