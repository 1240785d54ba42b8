import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Peer, programPath, type RunningPeer, startProgram } from './peer.ts';

export const nginx: Peer = {
  name: 'nginx',
  program: 'nginx',
  start: ({ folder, upstream, port, cert, key }) =>
    startNginx(
      folder,
      port,
      `upstream replicas { server ${upstream}; keepalive 128; }
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    keepalive_requests 1000000;
    location / {
      proxy_pass http://replicas;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }`,
    ),
};

/** What answers behind every proxy: as little work as can be, so that the proxy is what is measured. */
export function startUpstream(folder: string, port: number): Promise<RunningPeer> {
  const answer = JSON.stringify({ answer: 'x'.repeat(200) });
  return startNginx(
    folder,
    port,
    `server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    location / { default_type application/json; return 200 '${answer}'; }
  }`,
  );
}

async function startNginx(folder: string, port: number, servers: string): Promise<RunningPeer> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`)
    .join('\n');
  await writeFile(
    file,
    `daemon off;
master_process off;
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')};
events { worker_connections 10000; }
http {
  access_log off;
${temporary}
  ${servers}
}
`,
  );
  const command = programPath('nginx') ?? 'nginx';
  return await startProgram({ command, args: ['-p', folder, '-c', file], port });
}
