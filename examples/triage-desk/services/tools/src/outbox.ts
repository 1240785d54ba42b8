import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Escalation {
  readonly id: string;
  readonly ticket: string;
  readonly customer: string;
  readonly reason: string;
}

/** A message in the hands of one consumer. */
export interface Lease {
  readonly lease: string;
  readonly message: Escalation;
}

/**
 * A queue of files, in a folder that all replicas share: `<id>.new` waits, `<id>.<time>.taken` is leased. A rename
 * succeeds for one taker only. A message that is not acknowledged in time waits again.
 */
export class Outbox {
  readonly #folder: string;
  readonly #leaseMs: number;

  constructor(folder: string, leaseMs: number) {
    this.#folder = folder;
    this.#leaseMs = leaseMs;
  }

  /** While a message waits, a repeated call for its ticket adds no second one. */
  async put({ ticket, customer, reason }: Omit<Escalation, 'id'>): Promise<Escalation> {
    const message = {
      id: `E-${createHash('sha256').update(ticket).digest('hex').slice(0, 12)}`,
      ticket,
      customer,
      reason,
    };
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(join(this.#folder, `${message.id}.part`), JSON.stringify(message));
    await rename(join(this.#folder, `${message.id}.part`), join(this.#folder, `${message.id}.new`));
    return message;
  }

  async take(): Promise<Lease | undefined> {
    const names = (await readdir(this.#folder).catch(ignoreMissing)) ?? [];
    for (const name of names.toSorted()) {
      const lease = (await this.#isFree(name)) ? await this.#lease(name) : undefined;
      if (lease !== undefined) return lease;
    }
    return undefined;
  }

  /** False if the lease ran out and somebody else has the message. */
  async acknowledge(lease: string): Promise<boolean> {
    if (!/^E-[\da-f]{12}\.\d+\.taken$/.test(lease)) return false;
    return rm(join(this.#folder, lease)).then(
      () => true,
      () => false,
    );
  }

  async #isFree(name: string): Promise<boolean> {
    if (name.endsWith('.new')) return true;
    if (!name.endsWith('.taken')) return false;
    const found = await stat(join(this.#folder, name)).catch(ignoreMissing);
    return found !== undefined && Date.now() - found.mtimeMs > this.#leaseMs;
  }

  async #lease(name: string): Promise<Lease | undefined> {
    const lease = `${name.split('.')[0]}.${process.hrtime.bigint()}.taken`;
    const file = join(this.#folder, lease);
    const now = new Date();
    // The time first: after the rename, an old one would look like a lease that ran out.
    const isMine = await utimes(join(this.#folder, name), now, now)
      .then(() => rename(join(this.#folder, name), file))
      .then(() => true, ignoreMissing);
    return isMine === true ? { lease, message: JSON.parse(await readFile(file, 'utf8')) } : undefined;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
