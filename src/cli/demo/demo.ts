import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { recordedServer } from '../server/running-server.ts';
import { stopServer } from '../server/stop-server.ts';
import { type DemoFigures, demoJson, surprises } from './demo-figures.ts';
import { contextIn, foldersOf, makeDemoPlace, removeDemoPlace } from './demo-place.ts';
import { nextText } from './demo-text.ts';
import { openNarrator } from './narrator.ts';
import { type Demo, play } from './play.ts';
import { tellWrittenDown } from './written-down.ts';

export interface DemoOptions {
  /** Ends everything that it started, and returns. */
  readonly isOnce: boolean;
}

/** Components drain. */
const endDeadlineMs = 5 * 60_000;

/**
 * Shows two good releases going to production and a bad one coming back, on a home of its own and under real traffic.
 * Resolves with the exit code. Throws `demo_failed` when anything did not go as it tells.
 */
export async function runDemo(context: Context, { isOnce }: DemoOptions): Promise<number> {
  const narrator = openNarrator(context.terminal, context.isJson);
  const place = await makeDemoPlace();
  const demo: Demo = { place, narrator, context: contextIn(place, context) };
  let isAsTold = false;
  try {
    const figures = await play(demo);
    isAsTold = surprises(figures).length === 0;
    await tellWrittenDown(demo, { keepsFiles: !isOnce });
    if (context.isJson) context.terminal.out.line(JSON.stringify(demoJson(figures)));
    refuseSurprises(figures);
    return exitCode.done;
  } finally {
    if (isOnce || context.signal.aborted) await endDemo(demo);
    else narrator.say(nextText(place, { folders: await foldersOf(place), isAsTold }, narrator.style));
    narrator.end();
  }
}

function refuseSurprises(figures: DemoFigures): void {
  const detail = surprises(figures);
  if (detail.length === 0) return;
  throw new DeployerError('demo_failed', {
    message: 'The demo did not go as described.',
    hint: 'deployer demo   (without --once it goes on running afterwards, to look at)',
    detail,
  });
}

/** Also after Ctrl-C, whose signal must not keep what was started from being ended. */
async function endDemo({ place, narrator: { say, show, style }, context }: Demo): Promise<void> {
  show(null);
  say(`\n${style.dim('Ending everything that the demo started …')}`);
  const ending = { ...context, signal: AbortSignal.timeout(endDeadlineMs) };
  await stopServer(ending, await recordedServer(ending.home), true);
  await removeDemoPlace(place);
  say(style.dim(`Nothing of it runs any more, and ${place.root} is gone.`));
}
