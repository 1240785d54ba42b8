import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Order } from './orders.ts';

export interface Refund {
  readonly id: string;
  readonly order: string;
  readonly amount: number;
  readonly currency: string;
}

/** Stands in for the payment provider: one file per refund, in a folder that all replicas share. */
export class Refunds {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The same key always gives the first refund made with it. */
  async create(key: string, order: Order, amount: number): Promise<Refund> {
    const id = `R-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
    const file = join(this.#folder, `${id}.json`);
    const refund: Refund = { id, order: order.id, amount, currency: order.currency };
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await writeFile(file, JSON.stringify(refund), { flag: 'wx' });
      return refund;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return JSON.parse(await readFile(file, 'utf8'));
    }
  }
}
