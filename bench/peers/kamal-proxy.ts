import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../../src/lib/free-port.ts';
import { type Peer, startProgram } from './peer.ts';

export const kamalProxy: Peer = {
  name: 'kamal-proxy',
  program: 'kamal-proxy',
  async start({ folder, upstream, port, cert, key }) {
    const env = { GOMAXPROCS: '1', XDG_CONFIG_HOME: folder, XDG_RUNTIME_DIR: folder };
    await mkdir(join(folder, 'kamal-proxy'), { recursive: true });
    const ports = ['--http-port', String(await freePort()), '--https-port', String(port)];
    const running = await startProgram({ command: 'kamal-proxy', args: ['run', ...ports], env, port });
    const tls = [
      '--host',
      'localhost',
      '--tls',
      '--tls-certificate-path',
      cert,
      '--tls-private-key-path',
      key,
    ];
    async function deploy(address: string): Promise<void> {
      const args = ['deploy', 'bench', '--target', address, '--health-check-path', '/', ...tls];
      await promisify(execFile)('kamal-proxy', args, { env: { ...process.env, ...env }, timeout: 60_000 });
    }
    await deploy(upstream);
    return { ...running, switchedBy: 'deploy', switchTo: deploy };
  },
};
