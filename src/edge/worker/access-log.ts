import { type FileHandle, open } from 'node:fs/promises';

import type { AccessLine } from './access-line.ts';

const flushEveryMs = 250;
const flushAtBytes = 128 * 1024;
/** When so much waits, the disk is stuck: further lines are dropped and counted. */
const mostWaitingBytes = 512 * 1024;
/** The most that a character of a string takes in UTF-8. */
const bytesOfCharacter = 3;
const newline = 0x0a;

/**
 * Collects lines and appends them together. Several processes may append to the same file. The file is held open for
 * `keepOpenMs` at most, so that one that was moved aside is left.
 */
export class AccessLog implements AsyncDisposable {
  readonly #path: string;
  readonly #keepOpenMs: number;
  #filling = Buffer.allocUnsafe(mostWaitingBytes);
  #filledBytes = 0;
  #other = Buffer.allocUnsafe(mostWaitingBytes);
  #dropped = 0;
  /** Whether the file ends within a line. */
  #isTorn = false;
  #timer: NodeJS.Timeout | null = null;
  #file: { readonly handle: FileHandle; readonly openedAt: number } | null = null;
  #writing: Promise<void> = Promise.resolve();
  /** What is collected now is written by this one; null while nobody has asked for that. */
  #next: Promise<void> | null = null;

  constructor(path: string, { keepOpenMs = 1000 }: { readonly keepOpenMs?: number } = {}) {
    this.#path = path;
    this.#keepOpenMs = keepOpenMs;
  }

  write(line: AccessLine): void {
    const text = `${JSON.stringify(line)}\n`;
    if (this.#filledBytes + bytesOfCharacter * text.length > mostWaitingBytes) {
      this.#dropped += 1;
      return;
    }
    this.#filledBytes += this.#filling.write(text, this.#filledBytes);
    if (this.#filledBytes > flushAtBytes) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushEveryMs).unref();
  }

  /** Resolves when everything written before is in the file, or was given up. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#next ??= this.#writing.then(() => this.#append());
    this.#writing = this.#next;
    return this.#next;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    await this.#close();
  }

  async #append(): Promise<void> {
    this.#next = null;
    let unsaid = this.#dropped;
    let unwritten = this.#filling.subarray(0, this.#filledBytes);
    if (unwritten.length === 0 && unsaid === 0) return;
    [this.#filling, this.#other] = [this.#other, this.#filling];
    this.#filledBytes = 0;
    this.#dropped = 0;
    try {
      const handle = await this.#open();
      if (this.#isTorn) await handle.appendFile('\n');
      this.#isTorn = false;
      // At once: of several pieces those of other workers could come between. A disk that is full takes a part.
      const { bytesWritten } = await handle.write(unwritten);
      unwritten = unwritten.subarray(bytesWritten);
      this.#isTorn = unwritten.length > 0 && bytesWritten > 0;
      if (unsaid > 0) await handle.appendFile(`${JSON.stringify({ dropped: unsaid })}\n`);
      unsaid = 0;
    } catch {
      await this.#close();
    }
    // Serving goes on without a log; what was lost is said in the log once it can be written again.
    this.#dropped += unsaid + linesIn(unwritten);
  }

  async #open(): Promise<FileHandle> {
    const now = performance.now();
    if (this.#file !== null && now - this.#file.openedAt < this.#keepOpenMs) return this.#file.handle;
    await this.#close();
    const handle = await open(this.#path, 'a', 0o600);
    this.#file = { handle, openedAt: now };
    return handle;
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.handle.close().catch(() => {
      // It was of no use any more.
    });
  }
}

function linesIn(bytes: Buffer): number {
  return bytes.filter((byte) => byte === newline).length;
}
