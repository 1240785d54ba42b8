import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../../src/lib/free-port.ts';
import { type Peer, startProgram } from './peer.ts';

export const caddy: Peer = {
  name: 'Caddy',
  program: 'caddy',
  async start({ folder, upstream, port, cert, key }) {
    const file = join(folder, 'Caddyfile');
    const admin = await freePort();
    const configure = (address: string): Promise<void> =>
      writeFile(
        file,
        `{
  admin 127.0.0.1:${admin}
  auto_https off
  servers {
    protocols h1
  }
}
https://localhost:${port} {
  tls ${cert} ${key}
  reverse_proxy ${address}
}
`,
      );
    await configure(upstream);
    const env = { GOMAXPROCS: '1', XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    const place = ['--config', file, '--adapter', 'caddyfile'];
    const running = await startProgram({ command: 'caddy', args: ['run', ...place], env, port });
    return {
      ...running,
      switchedBy: 'reload',
      async switchTo(address) {
        await configure(address);
        const args = ['reload', ...place, '--address', `127.0.0.1:${admin}`];
        await promisify(execFile)('caddy', args, { env: { ...process.env, ...env }, timeout: 30_000 });
      },
    };
  },
};
