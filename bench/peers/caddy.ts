import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Peer, startProgram } from './peer.ts';

export const caddy: Peer = {
  name: 'Caddy',
  program: 'caddy',
  async start({ folder, upstream, port, cert, key }) {
    const file = join(folder, 'Caddyfile');
    await writeFile(
      file,
      `{\n admin off\n auto_https off\n servers {\n protocols h1\n }\n}\nhttps://localhost:${port} {\n tls ${cert} ${key}\n reverse_proxy ${upstream}\n}\n`,
    );
    const env = { GOMAXPROCS: '1', XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    const args = ['run', '--config', file, '--adapter', 'caddyfile'];
    return await startProgram({ command: 'caddy', args, env, port });
  },
};
