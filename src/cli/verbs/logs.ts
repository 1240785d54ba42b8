import { exitCode } from '../exit-code.ts';
import { logLineText } from '../output/log-line-text.ts';
import { DeployerError } from '../../errors.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, flag, optional, required, text, type Verb } from '../verb.ts';

export const logs: Verb = defineVerb({
  name: 'logs',
  group: 'Look',
  summary: 'read what components write, of what is live in an environment',
  arguments: {
    environment: required('environment', 'e.g. production'),
    component: optional('text', 'only this component'),
  },
  options: {
    follow: flag('-f, --follow', 'go on with what is written from now'),
    tail: text('-n, --tail <lines>', 'how many lines to begin with (default: 200)'),
    deployment: text('--deployment <deployment>', 'another deployment than the live one'),
  },
  examples: [
    ['deployer logs production -f', 'everything, as it is written'],
    ['deployer logs staging agent -n 50', 'the last 50 lines of one component'],
  ],
  async run(context, { environment, component, follow, tail, deployment }) {
    if (tail !== null && !/^\d{1,6}$/.test(tail)) throw notANumber(tail);
    const integration = await integrationKey(context);
    const { out, err } = context.terminal;
    let shown: string | null = null;
    await withServer(context, null, async (client) => {
      const query = {
        ...(component === null ? {} : { component }),
        ...(follow ? { follow: 'true' as const } : {}),
        ...(deployment === null ? {} : { deployment }),
        tail: tail ?? '200',
      };
      const lines = client.stream('logs', { params: { integration, environment }, query }, context.signal);
      for await (const line of lines) {
        if (shown !== null && shown !== line.deployment)
          err.line(err.style.dim(`${line.deployment} has the users now`));
        shown = line.deployment;
        out.line(context.isJson ? JSON.stringify(line) : logLineText(line, out.style));
      }
    });
    return exitCode.done;
  },
});

function notANumber(tail: string): DeployerError {
  return new DeployerError('usage', {
    message: `--tail takes a number of lines, not ${tail}.`,
    hint: 'deployer logs production --tail 50',
    path: 'tail',
  });
}
