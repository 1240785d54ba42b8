import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Redactor } from '../../../core/secrets/redaction.ts';
import type { ComponentLogLine } from '../../../core/places/target.ts';
import { segmentName, segmentsOf } from '../log-segments.ts';

export interface LogFileOptions {
  readonly folder: string;
  readonly deployment: string;
  readonly component: string;
  readonly replica: number;
  readonly segmentBytes: number;
  /** How many segments are kept. */
  readonly segments: number;
  readonly onProblem: (error: unknown) => void;
  /** Whoever cuts lines for this file takes values of secrets out of them first. */
  readonly redactor: Redactor;
}

/**
 * The stored lines of one replica, in numbered segments; the oldest go when there are too many. A line that cannot be
 * written (a full disk) is lost and counted, and the count is written once writing works again: a component must not
 * stop because its log does.
 */
export class LogFile {
  readonly #options: LogFileOptions;
  #file: FileHandle | null = null;
  #bytes = 0;
  #lost = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  get redactor(): Redactor {
    return this.#options.redactor;
  }

  /** Resolves when the lines are written, or lost. */
  append(stream: ComponentLogLine['stream'], lines: readonly string[]): Promise<void> {
    const at = new Date().toISOString();
    this.#queue = this.#queue.then(() => this.#write(lines.map((line) => this.#entry(at, stream, line))));
    return this.#queue;
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#file?.close();
    this.#file = null;
  }

  #entry(at: string, stream: ComponentLogLine['stream'], line: string): string {
    const { deployment, component, replica } = this.#options;
    const entry: ComponentLogLine = { at, deployment, component, replica, stream, line };
    return `${JSON.stringify(entry)}\n`;
  }

  async #write(entries: readonly string[]): Promise<void> {
    try {
      const file = await this.#current();
      if (this.#lost > 0) {
        const notice = `deployer: ${this.#lost} lines could not be stored before this one`;
        await this.#writeAll(file, this.#entry(new Date().toISOString(), 'stderr', notice));
        this.#lost = 0;
      }
      await this.#writeAll(file, entries.join(''));
    } catch (error) {
      if (this.#lost === 0) this.#options.onProblem(error);
      this.#lost += entries.length;
    }
  }

  async #writeAll(file: FileHandle, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await file.writeFile(bytes);
    this.#bytes += bytes.length;
  }

  /** The segment to write to: the newest one, or a new one when that is full. */
  async #current(): Promise<FileHandle> {
    if (this.#file !== null && this.#bytes < this.#options.segmentBytes) return this.#file;
    const { folder, component, replica } = this.#options;
    const stored = segmentsOf(await readdir(folder), { component, replica });
    const newest = stored.at(-1)?.segment ?? 0;
    if (this.#file === null && newest > 0) return this.#open(newest);
    await this.#file?.close();
    this.#file = null;
    const surplus = stored.slice(0, Math.max(0, stored.length + 1 - this.#options.segments));
    await Promise.all(surplus.map((segment) => rm(join(folder, segmentName(segment)), { force: true })));
    return this.#open(newest + 1);
  }

  async #open(segment: number): Promise<FileHandle> {
    const { folder, component, replica } = this.#options;
    const file = await open(join(folder, segmentName({ component, replica, segment })), 'a', 0o600);
    this.#file = file;
    this.#bytes = (await file.stat()).size;
    // An earlier supervisor may have been killed in the middle of a line.
    if (this.#bytes > 0) await this.#writeAll(file, '\n');
    return file;
  }
}
