import { join } from 'node:path';

import { type Peer, startProgram } from './peer.ts';

const program = join(import.meta.dirname, 'bare-node-program.ts');

/** What Node itself can do: its own HTTPS server before a pool of undici, and nothing else. */
export const bareNode: Peer = {
  name: 'Node http + undici',
  program: null,
  start: ({ upstream, port, cert, key }) =>
    startProgram({ command: process.execPath, args: [program, String(port), upstream, cert, key], port }),
};
