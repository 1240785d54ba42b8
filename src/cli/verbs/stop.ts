import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { withProgress } from '../output/progress.ts';
import { recordedServer } from '../server/running-server.ts';
import { stopServer } from '../server/stop-server.ts';
import { defineVerb, flag, type Verb } from '../verb.ts';

export const stop: Verb = defineVerb({
  name: 'stop',
  group: 'Run',
  summary: 'end the local server; what is deployed goes on serving',
  arguments: {},
  options: { all: flag('--all', 'end what is deployed and the database too; all data stays') },
  examples: [
    ['deployer stop', 'the next verb that needs a server starts it again'],
    ['deployer stop --all', 'nothing of this home runs any more'],
  ],
  async run(context, { all }) {
    const server = await recordedServer(context.home);
    const { stopped } = await withProgress(
      context.terminal.err,
      all ? 'stopping everything' : 'stopping the server',
      () => stopServer(context, server, all),
    );
    print(context, stopped, server !== null);
    return exitCode.done;
  },
});

function print(
  { isJson, terminal: { out } }: Context,
  stopped: readonly string[],
  wasRunning: boolean,
): void {
  if (isJson) out.line(JSON.stringify({ stopped }));
  else if (stopped.length > 0)
    out.line(stopped.map((what) => `${out.style.good('✓')} stopped ${what}`).join('\n'));
  else out.line(out.style.dim(wasRunning ? 'The server has ended.' : 'No server runs on this home.'));
}
