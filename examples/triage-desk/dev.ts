import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The whole desk on this machine, without Deployer: builds the components, starts each on a free port, tells them
 * where the others are, and stops all of them on Ctrl-C. `--no-build` skips the builds, `--build-only` ends after them.
 */
interface Component {
  readonly name: string;
  readonly build?: string;
  readonly needs?: readonly string[];
}

/** As in deployer.yaml, those needed by others first. */
const COMPONENTS: readonly Component[] = [
  { name: 'transform' },
  { name: 'model', build: 'node train.ts' },
  { name: 'tools', build: 'npm ci --omit=dev' },
  { name: 'agent', build: 'npm ci --omit=dev', needs: ['model', 'tools'] },
  { name: 'gateway', build: 'npm ci --omit=dev', needs: ['transform', 'agent'] },
  { name: 'digest', needs: ['tools'] },
];

const READY_WITHIN_MS = 30_000;
const running: ChildProcess[] = [];

process.once('SIGINT', () => void stop(0));
process.once('SIGTERM', () => void stop(0));

if (!process.argv.includes('--no-build')) await build();
if (!process.argv.includes('--build-only')) await start();

async function build(): Promise<void> {
  for (const { name, build: command } of COMPONENTS) {
    if (command === undefined) continue;
    const [code] = await once(run(name, command, process.env), 'exit');
    if (code !== 0) throw new Error(`the build of ${name} failed`);
  }
}

async function start(): Promise<void> {
  const urls = new Map<string, string>();
  for (const { name, needs = [] } of COMPONENTS) {
    const port = await freePort();
    urls.set(name, `http://127.0.0.1:${port}`);
    const addresses = needs.map((needed) => [`${needed.toUpperCase()}_URL`, urls.get(needed)]);
    const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), ...Object.fromEntries(addresses) };
    const child = run(name, 'exec node src/main.ts', env);
    running.push(child);
    child.once('exit', (code) => {
      console.error(`${name} ended with ${code}`);
      void stop(1);
    });
  }
  const url = urls.get('gateway') ?? '';
  await ready(`${url}/readyz`);
  console.log(`\nThe desk is open:  DEPLOYER_URL=${url}\n`);
}

function run(name: string, command: string, env: NodeJS.ProcessEnv): ChildProcess {
  const cwd = new URL(`services/${name}/`, import.meta.url);
  return spawn('/bin/sh', ['-c', command], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function ready(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await delay(100);
  }
  throw new Error('the desk did not open in time');
}

/** Those that need others first, so that what they have in hand can still be finished. */
async function stop(code: number): Promise<never> {
  for (const child of running) child.removeAllListeners('exit');
  for (const child of running.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const end = once(child, 'exit');
    child.kill('SIGTERM');
    await end;
  }
  process.exit(code);
}
