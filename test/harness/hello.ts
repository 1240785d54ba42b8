import type { Gates } from './gates.ts';

/**
 * The smallest integration: one component of one file, without dependencies, that starts in milliseconds. Its answers
 * name its version; `/work` is what users ask for, `/` what Deployer asks for.
 */
export interface Hello {
  /** What it answers. */
  readonly says?: string;
  /** A bad version. @default a good one */
  readonly flaw?: Flaw;
  /**
   * Where requests wait: those of users to `/gate/<name>`, Deployer's own to `/` at the gate that is named as the
   * answer.
   */
  readonly gates?: Gates;
}

export type Flaw =
  /** Ends before it listens, having said why. */
  | 'crashes'
  /** Runs and never listens. */
  | 'never ready'
  /** Answers Deployer, and users with an error. */
  | 'fails users'
  /** Answers users too late. */
  | 'slow';

export function helloProgram({ says = 'hello', flaw, gates }: Hello = {}): string {
  const start =
    flaw === 'crashes'
      ? `console.log('reading the model'); throw new Error('the model file is broken');`
      : flaw === 'never ready'
        ? `console.log('waiting for a licence'); setInterval(() => {}, 1000);`
        : `server.listen(Number(process.env.PORT), process.env.HOST, () => console.log('listening'));`;
  return `import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';

const says = ${JSON.stringify(says)};
const gates = ${JSON.stringify(gates?.folder ?? '/nowhere')};

async function throughGate(name) {
  if (existsSync(gates)) appendFileSync(\`\${gates}/\${name}.reached\`, 'x');
  while (existsSync(\`\${gates}/\${name}.closed\`)) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function stream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(\`data: \${says} begins\\n\\n\`);
  await throughGate('stream');
  response.end(\`data: \${says} ends\\n\\n\`);
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/') await throughGate(says);
  if (pathname === '/stream') return stream(response);
  if (pathname.startsWith('/gate/')) await throughGate(pathname.slice('/gate/'.length));
  if (pathname === '/env') return response.end(JSON.stringify(process.env));
  ${flaw === 'slow' ? `await new Promise((resolve) => setTimeout(resolve, 400));` : ''}
  response.writeHead(${flaw === 'fails users' ? `pathname === '/' ? 200 : 500` : '200'});
  response.end(says);
});
server.on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n');
  socket.on('data', (bytes) => socket.write(\`\${says}: \${bytes}\`));
  socket.on('end', () => socket.end());
  socket.on('error', () => {});
});
${start}
`;
}

/** Its \`deployer.yaml\`, as an object to change before it is written. */
export function helloSpec(
  environments: object = { production: { approval: { none: 'a test' } } },
): HelloSpec {
  return {
    deployer: 1,
    integration: { key: 'hello' },
    components: {
      web: {
        role: 'api-gateway',
        path: 'web',
        run: 'node main.mjs',
        port: 8080,
        public: true,
        health: { seconds: 10 },
      },
    },
    environments,
  };
}

export interface HelloSpec {
  readonly deployer: 1;
  readonly integration: { readonly key: string };
  readonly components: { readonly web: object };
  readonly environments: object;
}

/** Where its program is in the repository. */
export const helloFile = 'web/main.mjs';
