import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from './model.ts';
import type { Ticket } from './ticket.ts';

/**
 * `agent.state` in deployer.yaml repeats these: a rollback is safe only if the older release reads what this one
 * writes.
 */
const WRITES = 1;
const READS: readonly number[] = [1];

const REMEMBERED_MESSAGES = 8;

interface StoredConversation {
  readonly version: number;
  readonly messages: readonly Message[];
}

/** What was said before in a conversation, in a folder that all replicas share. */
export class Conversations {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(ticket: Ticket): Promise<readonly Message[]> {
    if (ticket.conversation === undefined) return [];
    const text = await readFile(this.#file(ticket), 'utf8').catch(ignoreMissing);
    if (text === undefined) return [];
    const stored: StoredConversation = JSON.parse(text);
    if (!READS.includes(stored.version))
      throw new Error(`conversation state ${stored.version} is not readable here`);
    return stored.messages;
  }

  async append(ticket: Ticket, messages: readonly Message[]): Promise<void> {
    if (ticket.conversation === undefined) return;
    const all = [...(await this.read(ticket)), ...messages].slice(-REMEMBERED_MESSAGES);
    const file = this.#file(ticket);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(
      `${file}.${ticket.id}`,
      JSON.stringify({ version: WRITES, messages: all } satisfies StoredConversation),
    );
    await rename(`${file}.${ticket.id}`, file);
  }

  /** Customers cannot read each other's conversation by naming it. */
  #file({ customer, conversation }: Ticket): string {
    return join(this.#folder, createHash('sha256').update(`${customer}\n${conversation}`).digest('hex'));
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
