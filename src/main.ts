import './lib/keep-compiled.ts';
import type { ServerVerbs } from './cli/server-verbs.ts';
import { endProcess, endProcessAtOnce } from './lib/end-process.ts';

// Later than the line above, so that it is kept.
const { runCommandLine } = await import('./cli/main.ts');

const interruption = new AbortController();
/**
 * One Ctrl-C comes several times: from the terminal, and passed on by npm and by whatever else started this process.
 */
const samePressMs = 500;
let firstPressAt = Infinity;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // Whoever presses Ctrl-C twice does not want to wait for a tidy end.
    if (performance.now() > firstPressAt + samePressMs) endProcessAtOnce(130);
    firstPressAt = Math.min(firstPressAt, performance.now());
    interruption.abort();
  });
}
// Whoever reads the output has left (`deployer logs | head`): there is nobody to tell anything.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') endProcessAtOnce(0);
  throw error;
});

const code = await runCommandLine({
  args: process.argv.slice(2),
  cwd: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
  serverVerbs,
});
// What is left of a wait in the engine, or of a kept-alive connection, does not hold a process that has done its work.
await endProcess(code);

/** Loaded only by the verbs that are the server: asking one should be quick. */
async function serverVerbs(): Promise<ServerVerbs> {
  const { inspect, serve, stopAll, work } = await import('./app.ts');
  const { inspectBackup, restore } = await import('./restoring.ts');
  return { inspect, inspectBackup, restore, serve, stopAll, work };
}
