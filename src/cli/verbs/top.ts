import { setTimeout as delay } from 'node:timers/promises';

import type { ApiClient } from '../../api/client.ts';
import type { TopView } from '../../api/views/top.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { openLiveScreen } from '../output/live-screen.ts';
import { withServer } from '../server/connect.ts';
import { type TopFigure, topFigures } from '../top/top-figures.ts';
import { topText } from '../top/top-text.ts';
import { defineVerb, flag, type Verb } from '../verb.ts';

const everyMs = 1000;

export const top: Verb = defineVerb({
  name: 'top',
  group: 'Look',
  summary: 'watch what is deployed: traffic, errors, latency, CPU, memory',
  about:
    'Of every integration of this server, or of one with --integration. Each second on a terminal, until Ctrl-C; one\n' +
    'table, measured over a second, with --once or elsewhere. CPU is of one core, memory of all replicas together.',
  arguments: {},
  options: { once: flag('--once', 'print one table') },
  examples: [
    ['deployer top', 'until Ctrl-C'],
    ['deployer top --once --json', 'for a script'],
  ],
  async run(context, { once }) {
    const isLive = context.terminal.out.isLive && !context.isJson && !once;
    return await withServer(context, null, (client) =>
      isLive ? watch(context, client) : print(context, client),
    );
  },
});

async function print(context: Context, client: ApiClient): Promise<number> {
  const { out } = context.terminal;
  const before = await read(context, client);
  await delay(everyMs, undefined, { signal: context.signal });
  const now = await read(context, client);
  const figures = topFigures(before, now);
  const settings = { style: out.style, width: out.columns, height: null, now: new Date(now.at) };
  out.line(context.isJson ? JSON.stringify(jsonOf(now, figures)) : topText(figures, settings));
  return exitCode.done;
}

async function watch(context: Context, client: ApiClient): Promise<number> {
  const { signal, terminal } = context;
  const { out } = terminal;
  let before = await read(context, client);
  let now = before;
  const screen = openLiveScreen(out);
  const draw = (): void => {
    const settings = { style: out.style, width: out.columns, height: out.rows, now: new Date(now.at) };
    screen.show(topText(topFigures(before, now), settings));
  };
  const ignoreResizes = out.onResize(draw);
  try {
    draw();
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal });
      const next = await read(context, client);
      [before, now] = [now, next];
      draw();
    }
  } catch (error) {
    // Whoever presses Ctrl-C has seen enough.
    if (!signal.aborted) throw error;
  } finally {
    ignoreResizes();
    screen.close();
  }
  return exitCode.done;
}

async function read({ integration, signal }: Context, client: ApiClient): Promise<TopView> {
  return await client.call('top', { query: integration === null ? {} : { integration } }, { signal });
}

function jsonOf({ at, firing }: TopView, deployments: readonly TopFigure[]): unknown {
  return { at, deployments, firing };
}
