import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A copy of the example, running on this machine until it is closed. */
export interface OpenDesk {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const OPEN_WITHIN_MS = 40_000;
const groups = new Set<ChildProcess>();
process.once('exit', () => groups.forEach((child) => signal(child, 'SIGKILL')));
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

/** Undefined if one of its components ended before all were ready. */
export async function openDesk(folder: string, dataDir: string): Promise<OpenDesk | undefined> {
  const child = spawn('node', ['dev.ts', '--no-build'], {
    cwd: folder,
    env: { ...process.env, DATA_DIR: dataDir },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  groups.add(child);
  const closed = once(child, 'exit').then(() => groups.delete(child));
  const url = await readAddress(child);
  if (url === undefined) {
    signal(child, 'SIGTERM');
    await closed;
    return undefined;
  }
  async function close(): Promise<void> {
    signal(child, 'SIGTERM');
    await closed;
  }
  return { url, close };
}

export async function run(
  folder: string,
  command: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; ms: number }> {
  const startedAt = performance.now();
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: 'ignore',
  });
  groups.add(child);
  const [code] = await once(child, 'exit');
  groups.delete(child);
  return { code: typeof code === 'number' ? code : 1, ms: performance.now() - startedAt };
}

/** Reads on after the address came: a closed pipe would end the components at their next line. */
async function readAddress(child: ChildProcess): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const url = output.match(/DEPLOYER_URL=(\S+)/)?.[1];
    if (url !== undefined) resolve(url);
  });
  child.once('exit', () => resolve(undefined));
  const tooLate = setTimeout(() => resolve(undefined), OPEN_WITHIN_MS);
  return promise.finally(() => clearTimeout(tooLate));
}

/** To the whole group: only what was started here can be in it. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, name);
}
