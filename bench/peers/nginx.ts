import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { waitUntil } from '../../src/lib/wait-until.ts';
import { type Peer, programPath, type RunningPeer, startProgram } from './peer.ts';

export const nginx: Peer = {
  name: 'nginx',
  program: 'nginx',
  async start({ folder, upstream, port, cert, key }) {
    const servers = (address: string): string => `upstream replicas { server ${address}; keepalive 128; }
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
  }`;
    const running = await startNginx(folder, port, servers(upstream));
    return {
      ...running,
      switchedBy: 'reload',
      async switchTo(address) {
        await configure(folder, servers(address));
        const before = await workersOf(running.pids);
        for (const pid of running.pids) process.kill(pid, 'SIGHUP');
        // It answers by the new configuration when new workers have taken over.
        await waitUntil(
          async () => ((await workersOf(running.pids)).some((pid) => !before.includes(pid)) ? true : null),
          {
            timeoutMs: 10_000,
            everyMs: 1,
            what: 'nginx to start new workers',
            hint: 'Look at error.log of nginx.',
          },
        );
      },
    };
  },
};

async function workersOf(masters: readonly number[]): Promise<readonly number[]> {
  const [master = 0] = masters;
  const text = await readFile(`/proc/${master}/task/${master}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}

/** What answers behind every proxy: as little work as can be, so that the proxy is what is measured. */
export function startUpstream(folder: string, port: number, deployment: string): Promise<RunningPeer> {
  const answer = JSON.stringify({ answer: 'x'.repeat(200) });
  return startNginx(
    folder,
    port,
    `server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    location / {
      default_type application/json;
      add_header x-deployer-deployment ${deployment};
      return 200 '${answer}';
    }
  }`,
  );
}

async function startNginx(folder: string, port: number, servers: string): Promise<RunningPeer> {
  await mkdir(folder, { recursive: true });
  const file = await configure(folder, servers);
  const command = programPath('nginx') ?? 'nginx';
  return await startProgram({ command, args: ['-p', folder, '-c', file], port });
}

/** Returns the path of its configuration. */
async function configure(folder: string, servers: string): Promise<string> {
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`)
    .join('\n');
  await writeFile(
    file,
    `daemon off;
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')};
events { worker_connections 4000; }
http {
  access_log off;
${temporary}
  ${servers}
}
`,
  );
  return file;
}
