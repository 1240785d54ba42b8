import { createInterface } from 'node:readline/promises';

import type { Context } from '../context.ts';

/** Asks on the terminal; only `y` and `yes` mean yes. */
export async function confirm(question: string, { terminal, signal }: Context): Promise<boolean> {
  const { style } = terminal.err;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Readline takes Ctrl-C for itself; it means here what it means everywhere.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await lines.question(`\n${style.bold(question)} ${style.dim('[y/N]')} `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
