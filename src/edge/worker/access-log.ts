import { appendFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';

import type { AdmittedRequest } from './admitted-request.ts';

const flushEveryMs = 250;
const flushAtBytes = 64 * 1024;
/** Beyond this the disk is stuck, and lines are dropped and counted rather than kept in memory. */
const mostPendingBytes = 8 * 1024 * 1024;

/** One line of `access.log`. The query is left out of the path: it may hold what no log should. */
export interface AccessLine {
  /** ISO 8601 time at which the request came in. */
  readonly at: string;
  readonly client: string;
  /** Method and path are empty when the request could not be read. */
  readonly method: string;
  readonly path: string;
  /** Null when the client went away before an answer. */
  readonly status: number | null;
  readonly ms: number;
  readonly bytes: number;
  /** Null when the edge answered by itself: nothing is live, or the request may not pass. */
  readonly deployment: string | null;
  readonly preview: boolean;
  readonly synthetic: boolean;
  /** Why there was no full answer, as a code; null when there was. */
  readonly error: string | null;
}

/** How an exchange ended. */
export interface ExchangeEnd {
  readonly status: number | null;
  readonly ms: number;
  readonly bytes: number;
  readonly error: string | null;
}

export function accessLine(
  request: IncomingMessage,
  { client, path, route, isSynthetic }: AdmittedRequest,
  { status, ms, bytes, error }: ExchangeEnd,
): AccessLine {
  return {
    at: new Date(Date.now() - ms).toISOString(),
    client,
    method: request.method ?? '',
    path: path.split('?', 1)[0] ?? '',
    status,
    ms: Math.round(ms * 100) / 100,
    bytes,
    deployment: route.deployment.id,
    preview: route.counter === route.deployment.preview,
    synthetic: isSynthetic,
    error,
  };
}

/** Collects lines and appends them together. Several processes may append to the same file. */
export class AccessLog {
  readonly #path: string;
  #lines: string[] = [];
  #pendingBytes = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  write(line: AccessLine): void {
    if (this.#pendingBytes > mostPendingBytes) {
      this.#dropped += 1;
      return;
    }
    const text = `${JSON.stringify(line)}\n`;
    this.#lines.push(text);
    this.#pendingBytes += text.length;
    if (this.#pendingBytes > flushAtBytes) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushEveryMs).unref();
  }

  /** Resolves when everything written before is in the file, or was given up. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#append());
    return this.#writing;
  }

  async #append(): Promise<void> {
    const text = this.#lines.join('');
    if (text === '') return;
    const dropped = this.#dropped;
    this.#lines = [];
    this.#dropped = 0;
    try {
      // Opened anew each time, so that a rotated file is left at once.
      await appendFile(this.#path, dropped === 0 ? text : `${text}${JSON.stringify({ dropped })}\n`, {
        mode: 0o600,
      });
    } catch {
      // Serving goes on without a log; what was lost is said in the log once it can be written again.
      this.#dropped += dropped + text.split('\n').length - 1;
    } finally {
      this.#pendingBytes -= text.length;
    }
  }
}
