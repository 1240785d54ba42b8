import type { ApiClient } from '../../api/client.ts';
import type { RunEvent } from '../../core/pipeline/run.ts';
import type { Context } from '../context.ts';
import { exitCode, exitCodeOfRun } from '../exit-code.ts';
import { hintText } from '../output/error-text.ts';
import { type Spinner, spinnerOn } from '../output/progress.ts';
import { type RunResult, resultText } from '../output/result-text.ts';
import { wrapLines } from '../output/wrap.ts';
import { withServer } from '../server/connect.ts';
import { followAgain } from './follow-again.ts';
import { RunProgress } from './run-progress.ts';

export interface Following {
  readonly run: string;
  readonly isVerbose: boolean;
}

/**
 * Shows a run until it ends or waits for a person, from its first event. Resolves with the exit code. Ctrl-C leaves
 * the run alone.
 */
export async function followRun(context: Context, following: Following): Promise<number> {
  const follower = followerOf(context, following);
  const again = followAgain(context, following.run);
  let seen = 0;
  try {
    for (;;) {
      const before = seen;
      let broke: unknown = null;
      try {
        const result = await withServer(context, null, async (client) => {
          for await (const event of eventsOf(client, { ...following, seen }, context.signal)) {
            seen += 1;
            follower.read(event);
            if (event.type === 'result') return event;
          }
          return null;
        });
        if (result !== null) return await follower.end(result);
      } catch (error) {
        if (context.signal.aborted) throw error;
        broke = error;
      }
      // The server says everything again from the start; what was seen is skipped.
      await again(broke, seen > before);
    }
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return follower.detach();
  } finally {
    follower.stop();
  }
}

interface Follower {
  read(event: RunEvent): void;
  end(result: RunResult): Promise<number>;
  detach(): number;
  stop(): void;
}

function followerOf(context: Context, { run, isVerbose }: Following): Follower {
  return context.isJson ? jsonFollower(context, run) : screenFollower(context, { run, isVerbose });
}

function jsonFollower({ terminal: { out, err } }: Context, run: string): Follower {
  return {
    read: (event) => out.line(JSON.stringify(event)),
    end: ({ state, waiting }) => Promise.resolve(exitCodeOfRun(state, waiting)),
    detach() {
      err.line(detachedText(run));
      return exitCode.detached;
    },
    stop: () => undefined,
  };
}

function screenFollower(context: Context, { run, isVerbose }: Following): Follower {
  const { out, err } = context.terminal;
  const progress = new RunProgress({ style: out.style, width: out.columns, isVerbose });
  const spinner = spinnerOn(out, '  ');
  return {
    read(event) {
      const text = progress.read(event);
      if (text !== null) spinner.print(text);
      showCurrent(spinner, progress);
    },
    async end(result) {
      spinner.stop();
      const view = await withServer(context, null, (client) => client.call('run', { params: { run } }));
      const text = resultText({ result, ...view, now: new Date() }, out.style);
      out.line(`\n${wrapLines(text, out.columns)}`);
      return exitCodeOfRun(result.state, result.waiting);
    },
    detach() {
      spinner.stop();
      err.line(`\n${detachedText(run)}\n${hintText(`deployer run ${run} --follow`, err.style)}`);
      return exitCode.detached;
    },
    stop: () => spinner.stop(),
  };
}

function detachedText(run: string): string {
  return `${run} goes on without this terminal.`;
}

function showCurrent(spinner: Spinner, { current }: RunProgress): void {
  if (current === null) {
    spinner.show(null);
    return;
  }
  const since = performance.now() - (Date.now() - Date.parse(current.startedAt));
  spinner.show({
    what: current.what,
    since,
    ...(current.latest === null ? {} : { latest: current.latest }),
  });
}

async function* eventsOf(
  client: ApiClient,
  { run, seen }: Following & { readonly seen: number },
  signal: AbortSignal,
): AsyncIterable<RunEvent> {
  let skipped = 0;
  for await (const event of client.stream(
    'runEvents',
    { params: { run }, query: { follow: 'true' } },
    signal,
  )) {
    if (skipped < seen) skipped += 1;
    else yield event;
  }
}
