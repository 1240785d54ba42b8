import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

import type { Context } from '../context.ts';

/** Asks on the terminal for one line, which is not shown and kept in no history. */
export async function askHidden(question: string, { terminal, stdin, signal }: Context): Promise<string> {
  const { err } = terminal;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  // Readline takes Ctrl-C for itself; it means here what it means everywhere.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  err.write(`${err.style.bold(question)} ${err.style.dim('(it is not shown)')} `);
  try {
    return await lines.question('', { signal });
  } finally {
    lines.close();
    err.write('\n');
  }
}
