import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from './problem.ts';

/** The right to answer a request. */
export interface NewClaim<Answer> {
  readonly state: 'new';
  readonly store: (answer: Answer) => Promise<void>;
  readonly release: () => Promise<void>;
}

/** A request is answered once: now, or it was before. */
export type Claim<Answer> = NewClaim<Answer> | { readonly state: 'stored'; readonly answer: Answer };

interface StoredAnswer<Answer> {
  readonly request: string;
  readonly answer: Answer;
}

const IN_PROGRESS_MS = 60_000;

/**
 * Answers by Idempotency-Key, in a folder that all replicas share. `<key>.lock` exists while one of them works on the
 * answer, `<key>.json` once it is known.
 */
export class Answers<Answer> {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async claim(caller: string, key: string, request: string): Promise<Claim<Answer>> {
    const file = join(this.#folder, fingerprint(`${caller}\n${key}`));
    const known = await this.#read(file, request);
    if (known !== undefined) return known;
    await this.#lock(file);
    // Another replica may have answered and unlocked between the two steps above.
    const meanwhile = await this.#read(file, request);
    if (meanwhile === undefined) return this.#newClaim(file, request);
    await rm(`${file}.lock`, { force: true });
    return meanwhile;
  }

  /** Forgets what is older than a client would still retry. */
  async sweep(maxAgeMs: number): Promise<void> {
    for (const name of (await readdir(this.#folder).catch(ignoreMissing)) ?? []) {
      const file = join(this.#folder, name);
      const found = await stat(file).catch(ignoreMissing);
      if (found !== undefined && Date.now() - found.mtimeMs > maxAgeMs) await rm(file, { force: true });
    }
  }

  #newClaim(file: string, request: string): NewClaim<Answer> {
    const release = (): Promise<void> => rm(`${file}.lock`, { force: true });
    const store = async (answer: Answer): Promise<void> => {
      await writeFile(`${file}.tmp`, JSON.stringify({ request, answer } satisfies StoredAnswer<Answer>));
      await rename(`${file}.tmp`, `${file}.json`);
      await release();
    };
    return { state: 'new', store, release };
  }

  async #read(file: string, request: string): Promise<Claim<Answer> | undefined> {
    const text = await readFile(`${file}.json`, 'utf8').catch(ignoreMissing);
    if (text === undefined) return undefined;
    const stored: StoredAnswer<Answer> = JSON.parse(text);
    if (stored.request !== request)
      throw new Problem(422, 'This Idempotency-Key was used for another request');
    return { state: 'stored', answer: stored.answer };
  }

  async #lock(file: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const held = await stat(`${file}.lock`).catch(ignoreMissing);
    // The replica that held it for this long has died over it.
    if (held !== undefined && Date.now() - held.mtimeMs > IN_PROGRESS_MS)
      await rm(`${file}.lock`, { force: true });
    await writeFile(`${file}.lock`, '', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST')
        throw new Problem(409, 'A request with this Idempotency-Key is in progress');
      throw error;
    });
  }
}

export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
