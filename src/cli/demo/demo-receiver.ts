import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

import { type NotificationKind, notificationKinds } from '../../core/alerts/notification.ts';
import { DeployerError } from '../../errors.ts';
import { splitLines } from '../../lib/line-splitter.ts';
import type { DemoPlace } from './demo-place.ts';

/** The example's receiver of alerts, as a process that ends when the demo does, however that ends. */
export interface DemoReceiver {
  /** Where it listens; a secret. */
  readonly address: string;
  /** Resolves with whether it has been told of that, `timeoutMs` after now at the latest. */
  heard(kind: NotificationKind, timeoutMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

export interface Told {
  readonly kind: NotificationKind;
  /** All of it in one line. */
  readonly text: string;
}

const startDeadlineMs = 15_000;

/** Resolves when it listens. `onTold` is called for each event. */
export async function startReceiver(
  { repository }: DemoPlace,
  onTold: (told: Told) => void,
): Promise<DemoReceiver> {
  // Its standard input is the pipe that holds it: a demo that is killed takes it along.
  const child = spawn(process.execPath, [join(repository, 'alerts.ts'), '--piped'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const heard = new Map<NotificationKind, PromiseWithResolvers<void>>();
  const newsOf = (kind: NotificationKind): PromiseWithResolvers<void> => {
    const news = heard.get(kind) ?? Promise.withResolvers<void>();
    heard.set(kind, news);
    return news;
  };
  const listening = Promise.withResolvers<string>();
  const said = splitLines((line) => {
    const news: Said = Said.parse(JSON.parse(line));
    if ('address' in news) return listening.resolve(news.address);
    onTold(news);
    newsOf(news.kind).resolve();
  });
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = endOf(child);
  const address = await within(startDeadlineMs, Promise.race([listening.promise, ended]));
  if (typeof address !== 'string') {
    child.kill('SIGKILL');
    throw notListening(complaint);
  }
  return {
    address,
    async heard(kind, timeoutMs) {
      const told = newsOf(kind).promise.then(() => true);
      return (await within(timeoutMs, Promise.race([told, ended]))) === true;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

type Said = { readonly address: string } | Told;

const Said: z.ZodType<Said> = z.union([
  z.object({ address: z.url() }),
  z.object({ kind: z.enum(notificationKinds), text: z.string() }),
]);

function endOf(child: ChildProcess): Promise<null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  child.once('error', () => resolve(null));
  child.once('close', () => resolve(null));
  return promise;
}

/** Null: it took longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  const { promise: over, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), ms);
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}

function notListening(complaint: string): DeployerError {
  return new DeployerError('demo_failed', {
    message: "The example's receiver of alerts did not start.",
    hint: 'Run the demo again: deployer demo',
    detail: complaint.trim().split('\n').slice(-12),
  });
}
