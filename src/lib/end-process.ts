import { flushCompileCache } from 'node:module';

/**
 * Ends this process with an exit code, once what it has written is out. Nothing after it runs.
 *
 * Node's own exit waits for what is compiled beside the main thread; a compiler that waits for memory waits for the
 * main thread, and then neither ever ends (nodejs/node#54918). So this process becomes a shell that exits: that leaves
 * no thread behind.
 */
export async function endProcess(code: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(written));
  return endProcessAtOnce(code);
}

/** The same without waiting for what was written, on systems where that takes time. */
export function endProcessAtOnce(code: number): never {
  flushCompileCache();
  // Where there is none, as in Windows, that exit has to do.
  process.execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {});
  process.exit(code);
}

/** Resolves also when whoever read it has left. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
