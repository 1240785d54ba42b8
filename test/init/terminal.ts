import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** A command on a terminal, with somebody at its keys. */
export interface AtTerminal {
  /** Waits until what is shown from here on holds this text; what comes before it has been read then. */
  untilShown(text: string): Promise<void>;
  press(keys: string): void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  /** All that was shown, without colours and movements. */
  shown(): string;
}

export const keys = {
  enter: '\r',
  escape: '\u001B',
  down: '\u001B[B',
  space: ' ',
  interrupt: '\u0003',
} as const;

const main = join(import.meta.dirname, '../../src/main.ts');
const deadlineMs = 20_000;

export function deployerAtTerminal(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): AtTerminal {
  const child = spawn(
    'python3',
    [join(import.meta.dirname, 'terminal.py'), process.execPath, main, ...args],
    {
      cwd,
      env: { ...process.env, NO_COLOR: '', TERM: 'xterm-256color', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let output = '';
  let read = 0;
  let more = Promise.withResolvers<void>();
  const arrived = (): void => {
    more.resolve();
    more = Promise.withResolvers();
  };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part;
    arrived();
  });
  child.stdout.once('close', arrived);
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 128)));
  const shown = (): string => stripVTControlCharacters(output);

  async function untilShown(text: string): Promise<void> {
    const deadline = AbortSignal.timeout(deadlineMs);
    for (let at = shown().indexOf(text, read); ; at = shown().indexOf(text, read)) {
      if (at !== -1) {
        read = at + text.length;
        return;
      }
      if (deadline.aborted || child.exitCode !== null) {
        child.kill('SIGKILL');
        throw new Error(`"${text}" was not shown after:\n${shown().slice(read)}`);
      }
      await more.promise;
    }
  }

  return { untilShown, press: (text) => void child.stdin.write(text), ended, shown };
}
