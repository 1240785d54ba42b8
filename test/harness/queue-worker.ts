import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../../src/lib/free-port.ts';
import type { Gates } from './gates.ts';

/**
 * A queue of messages in a folder, and a worker that takes them one by one. A message that is done is moved, so that it
 * is done once; one that was taken by who did not come to do it is taken again by the next worker, which is what would
 * do it twice if two of them ran at once. While a worker runs it holds a port, and one that finds it taken says so: the
 * kernel, and nobody's clock, tells whether two ever run.
 */
export interface Queue {
  readonly folder: string;
  /** The program of the worker: it starts through the gate `start-<says>`, and ends through `stop-<says>`. */
  program(says: string): string;
  put(count: number): void;
  /** What was done, by message: what was done twice stands there twice. */
  done(): readonly Done[];
  /** Workers that ran beside another one. */
  overlaps(): readonly string[];
  waiting(): number;
}

export interface Done {
  readonly message: string;
  readonly by: string;
}

export async function openQueue(folder: string, gates: Gates): Promise<Queue> {
  for (const name of ['waiting', 'taken', 'done']) mkdirSync(join(folder, name), { recursive: true });
  const port = await freePort();
  let put = 0;
  return {
    folder,
    program: (says) => programOf({ folder, port, gates: gates.folder, says }),
    put(count) {
      for (let at = 0; at < count; at += 1)
        writeFileSync(join(folder, 'waiting', String((put += 1)).padStart(6, '0')), '');
    },
    done: () =>
      readdirSync(join(folder, 'done'))
        .toSorted()
        .map((name) => {
          const [message = '', by = ''] = name.split(' ');
          return { message, by };
        }),
    overlaps: () =>
      existsSync(join(folder, 'overlaps'))
        ? readFileSync(join(folder, 'overlaps'), 'utf8').trim().split('\n')
        : [],
    waiting: () => readdirSync(join(folder, 'waiting')).length + readdirSync(join(folder, 'taken')).length,
  };
}

interface Program {
  readonly folder: string;
  readonly port: number;
  readonly gates: string;
  readonly says: string;
}

function programOf(own: Program): string {
  return `import { appendFileSync, existsSync, readdirSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';

const { folder, port, gates, says } = ${JSON.stringify(own)};
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let isEnding = false;

async function throughGate(name) {
  appendFileSync(\`\${gates}/\${name}.reached\`, 'x');
  while (existsSync(\`\${gates}/\${name}.closed\`)) await later(5);
}

const guard = createServer();
guard.once('error', () => appendFileSync(\`\${folder}/overlaps\`, says + '\\n'));
guard.listen(port, '127.0.0.1');
process.on('SIGTERM', () => (isEnding = true));
await throughGate('start-' + says);
// What was taken and not done, by who does not run any more.
for (const message of readdirSync(folder + '/taken')) renameSync(\`\${folder}/taken/\${message}\`, \`\${folder}/waiting/\${message}\`);
while (!isEnding) {
  const [message] = readdirSync(folder + '/waiting').sort();
  if (message !== undefined) {
    renameSync(\`\${folder}/waiting/\${message}\`, \`\${folder}/taken/\${message}\`);
    await later(3);
    renameSync(\`\${folder}/taken/\${message}\`, \`\${folder}/done/\${message} \${says}\`);
  } else await later(3);
}
await throughGate('stop-' + says);
process.exit(0);
`;
}
