import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';

import { waitUntil } from '../../src/lib/wait-until.ts';

/** A proxy that does what an edge does: TLS on one side, one upstream on the other. */
export interface Peer {
  readonly name: string;
  /** The program that it needs on PATH; null: none but Node. */
  readonly program: string | null;
  start(place: PeerPlace): Promise<RunningProxy>;
}

export interface PeerPlace {
  /** For its files; removed afterwards. */
  readonly folder: string;
  /** `127.0.0.1:<port>` */
  readonly upstream: string;
  readonly port: number;
  /** PEM files of one certificate for 127.0.0.1 (ECDSA P-256) and its key. */
  readonly cert: string;
  readonly key: string;
}

export interface RunningProxy extends RunningPeer {
  /** How it is switched, in a word. */
  readonly switchedBy: string;
  /** From now on requests go to this upstream, which answers as `production-<deployment>`. */
  switchTo(upstream: string, deployment: number): Promise<void>;
}

export interface RunningPeer {
  readonly url: string;
  readonly pids: readonly number[];
  close(): Promise<void>;
}

/** Path of a program; null when it is not installed. `/usr/sbin` is looked into as well. */
export function programPath(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves as soon as something listens here. */
  readonly port: number;
}

/** A program in the foreground that ends with `close`. */
export async function startProgram({ command, args, env, port }: Program): Promise<RunningPeer> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-4000);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await waitUntil(
    async () => {
      if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${said}`);
      return (await isListening(port)) ? true : null;
    },
    { timeoutMs: 20_000, signal: AbortSignal.timeout(30_000), what: `${command} to listen`, hint: said },
  );
  return {
    url: `https://localhost:${port}`,
    pids: child.pid === undefined ? [] : [child.pid],
    async close() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
