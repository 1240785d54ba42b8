import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Peer, programPath, startProgram } from './peer.ts';

export const haproxy: Peer = {
  name: 'HAProxy',
  program: 'haproxy',
  async start({ folder, upstream, port, cert, key }) {
    const pem = join(folder, 'haproxy.pem');
    await writeFile(pem, `${await readFile(cert, 'utf8')}${await readFile(key, 'utf8')}`);
    const file = join(folder, 'haproxy.cfg');
    await writeFile(
      file,
      `global
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
    return await startProgram({ command, args: ['-db', '-f', file], port });
  },
};
