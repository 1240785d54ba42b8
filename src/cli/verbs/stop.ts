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
    print(context, stopped, { wasRunning: server !== null, all });
    return exitCode.done;
  },
});

function print(
  { isJson, terminal: { out } }: Context,
  stopped: readonly string[],
  { wasRunning, all }: { readonly wasRunning: boolean; readonly all: boolean },
): void {
  const { style } = out;
  if (isJson) return out.line(JSON.stringify({ stopped }));
  const said =
    stopped.length > 0
      ? stopped.map((what) => `${style.good('✓')} stopped ${what}`).join('\n')
      : style.dim(wasRunning ? 'The server has ended.' : 'No server runs on this home.');
  out.line(said);
  if (all) out.line(style.dim('A verb that needs the server, such as status, starts everything again.'));
}
