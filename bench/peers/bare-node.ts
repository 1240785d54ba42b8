import { join } from 'node:path';

import { type Peer, startProgram } from './peer.ts';

const program = join(import.meta.dirname, 'bare-node-program.ts');

/** What Node itself can do: its own HTTPS server before a pool of undici, and nothing else. */
export const bareNode: Peer = {
  name: 'Node http + undici',
  program: null,
  async start({ upstream, port, cert, key }) {
    const args = [program, String(port), upstream, cert, key];
    const running = await startProgram({ command: process.execPath, args, port });
    const switchTo = (): Promise<void> => Promise.reject(new Error('it has no way to switch'));
    return { ...running, switchedBy: 'nothing', switchTo };
  },
};
