import { readFile } from 'node:fs/promises';

import { writeFileAtomically } from '../../lib/atomic-file.ts';
import { claimExclusively } from '../../lib/exclusive-claim.ts';
import { isNodeError } from '../../lib/node-error.ts';
import type { ProcessIdentity } from '../../lib/process-identity.ts';
import { complain } from '../complain.ts';
import { type EdgeRecord, recordFile } from '../edge-record.ts';

const checkEveryMs = 2_000;

export interface RecordKeeperOptions {
  readonly folder: string;
  readonly self: ProcessIdentity;
  /** What to record at the moment. */
  readonly record: () => EdgeRecord;
}

/**
 * Keeps `edge.json` as it must be while the edge runs: nobody else knows what is in it, and without it nobody finds the
 * edge, while its claim keeps another one from starting.
 */
export class RecordKeeper {
  readonly #options: RecordKeeperOptions;
  #written = '';
  /** Writing and checking happen one at a time; this is the end of those before. */
  #work: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #lastTrouble = '';

  constructor(options: RecordKeeperOptions) {
    this.#options = options;
  }

  /** Writes what is to be recorded now. */
  announce(): Promise<void> {
    const written = this.#work.then(() => this.#write());
    this.#work = written.catch(() => {
      // Whoever announced gets the error; the next check writes it again.
    });
    return written;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#work = this.#work.then(() => this.#check());
    }, checkEveryMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    const { folder, self } = this.#options;
    try {
      if ((await textOf(recordFile(folder))) === this.#written) return;
      // When the whole folder was lost, another edge may have claimed it meanwhile.
      if (!(await claimExclusively(folder, 'edge', self))) return;
      await this.#write();
      complain('edge.json was lost or changed by somebody else; it is written again');
      this.#lastTrouble = '';
    } catch (error) {
      // It lasts until a person acts: said once, tried again and again.
      const trouble = String(error);
      if (trouble !== this.#lastTrouble) complain('edge.json is lost and cannot be written', error);
      this.#lastTrouble = trouble;
    }
  }

  async #write(): Promise<void> {
    const text = `${JSON.stringify(this.#options.record())}\n`;
    await writeFileAtomically(recordFile(this.#options.folder), text);
    this.#written = text;
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}
