import type { ApiClient } from '../../api/client.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { actorOf } from '../identity.ts';
import { exitCode } from '../exit-code.ts';
import { hintText } from '../output/error-text.ts';
import { integrationKey } from '../project.ts';
import { followRun } from '../run/follow-run.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, flag, optional, type Verb } from '../verb.ts';

export const retry: Verb = defineVerb({
  name: 'retry',
  group: 'Act',
  summary: 'go on with a run at the stage that failed or is undecided',
  arguments: { run: optional('run', 'not needed when one is undecided, or the last one failed') },
  options: { follow: flag('-f, --follow', 'follow it, as ship does') },
  examples: [
    ['deployer retry', 'the undecided run, else the last one if it failed'],
    ['deployer retry triage-desk-12 --follow', 'and watch it'],
  ],
  async run(context, { run, follow }) {
    const actor = await actorOf(context);
    const view = await withServer(context, actor, async (client) => {
      const name = run ?? (await runToRetry(context, client));
      return client.call('retry', { params: { run: name } });
    });
    if (follow) return followRun(context, { run: view.run, isVerbose: false });
    const { out } = context.terminal;
    if (context.isJson) out.line(JSON.stringify(view));
    else {
      out.line(`${out.style.good('✓')} ${out.style.bold(view.run)} goes on`);
      out.line(hintText(`deployer run ${view.run} --follow`, out.style));
    }
    return exitCode.done;
  },
});

async function runToRetry(context: Context, client: ApiClient): Promise<string> {
  const integration = await integrationKey(context);
  const { decisions } = await client.call('decisions', { params: { integration } });
  const undecided = decisions.filter(({ kind }) => kind === 'undecided').map(({ run }) => run);
  if (undecided.length > 1) {
    throw new DeployerError('run_ambiguous', {
      message: `${undecided.length} runs are undecided; name the one you mean.`,
      hint: `deployer retry ${undecided[0]}`,
      detail: undecided,
    });
  }
  if (undecided[0] !== undefined) return undecided[0];
  const { runs } = await client.call('runs', { params: { integration }, query: {} });
  const [last] = runs;
  if (last?.state === 'failed' || last?.state === 'cancelled') return last.run;
  throw new DeployerError('run_not_retryable', {
    message:
      last === undefined
        ? 'There is no run yet.'
        : `No run is undecided, and the last one, ${last.run}, has not failed.`,
    hint: last === undefined ? 'deployer ship' : 'deployer runs',
  });
}
