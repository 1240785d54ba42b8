import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { askHidden } from '../output/ask-hidden.ts';
import { withProgress } from '../output/progress.ts';

/** More than any value may have: whoever pipes a disk into it is told soon. */
const mostBytes = 1024 * 1024;

/** The value of a secret: asked for without showing it, or all of standard input without the end of its last line. */
export async function readSecretValue(context: Context, name: string): Promise<string> {
  const { stdin, terminal, isJson } = context;
  if (stdin.isTTY !== true) {
    const all = await withProgress(terminal.err, 'reading the value from standard input', () =>
      readAll(context),
    );
    return all.replace(/\r?\n$/, '');
  }
  if (terminal.err.isLive && !isJson) return await askHidden(`Value of ${name}`, context);
  throw new DeployerError('usage', {
    message: 'The value has to come on standard input here: nobody can be asked for it.',
    hint: `printf %s "$VALUE" | deployer secret set ${name}`,
  });
}

async function readAll({ stdin, signal }: Context): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const stop = (): void => void stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const part of stdin) {
      const chunk = Buffer.from(part as Buffer | string);
      parts.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return Buffer.concat(parts).toString('utf8');
}
