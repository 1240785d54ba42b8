import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { type Peer, programPath, startProgram } from './peer.ts';

export const haproxy: Peer = {
  name: 'HAProxy',
  program: 'haproxy',
  async start({ folder, upstream, port, cert, key }) {
    const pem = join(folder, 'haproxy.pem');
    await writeFile(pem, `${await readFile(cert, 'utf8')}${await readFile(key, 'utf8')}`);
    const file = join(folder, 'haproxy.cfg');
    const socket = join(folder, 'admin.sock');
    await writeFile(
      file,
      `global
  stats socket ${socket} level admin
  nbthread 1
  maxconn 4000
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
frontend users
  bind 127.0.0.1:${port} ssl crt ${pem} alpn http/1.1
  default_backend replicas
backend replicas
  http-reuse always
  server one ${upstream}
`,
    );
    const command = programPath('haproxy') ?? 'haproxy';
    const running = await startProgram({ command, args: ['-db', '-f', file], port });
    return {
      ...running,
      switchedBy: 'runtime API',
      async switchTo(address) {
        const [host, to] = address.split(':');
        await ask(socket, `set server replicas/one addr ${host} port ${to}`);
      },
    };
  },
};

/** One command of the runtime API; resolves when it has been answered. */
async function ask(path: string, command: string): Promise<void> {
  const socket = connect(path);
  const answered = once(socket, 'end', { signal: AbortSignal.timeout(10_000) });
  socket.resume();
  socket.end(`${command}\n`);
  await answered;
}
