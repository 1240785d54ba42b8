import type { AlertTestView } from '../../api/views/alerts.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { alertsText, alertTestText } from '../output/alerts-text.ts';
import { withProgress } from '../output/progress.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, flag, optional, type Verb } from '../verb.ts';

export const alerts: Verb = defineVerb({
  name: 'alerts',
  group: 'Look',
  summary: 'see what is alerted on, how it stands and who was told; or send a test',
  about:
    'The rules and receivers are those of `monitoring` of what is live. `--test` sends a test to every receiver of one\n' +
    'environment, waits until it has arrived, and keeps that as evidence; exit code 1 when one was not reached.',
  arguments: {
    environment: optional(
      'environment',
      'one of them; with `--test`, whose receivers (default: the last one)',
    ),
  },
  options: {
    test: flag('--test', 'send a test to every receiver, and wait until it has arrived'),
  },
  examples: [
    ['deployer alerts', 'of every environment that has some'],
    ['deployer alerts production --json', 'for a script'],
    ['deployer alerts --test', 'tells every receiver of the last environment'],
  ],
  async run(context, { environment, test: isTest }) {
    if (isTest) return await test(context, environment);
    const integration = await integrationKey(context);
    const view = await withServer(context, null, (client) =>
      client.call('alerts', { params: { integration }, query: environment === null ? {} : { environment } }),
    );
    const { out } = context.terminal;
    const settings = { style: out.style, width: out.columns, now: new Date() };
    out.line(context.isJson ? JSON.stringify(view) : alertsText(view, settings));
    return exitCode.done;
  },
});

async function test(context: Context, environment: string | null): Promise<number> {
  const integration = await integrationKey(context);
  const actor = await actorOf(context);
  const { out, err } = context.terminal;
  const view = await withProgress(err, 'waiting for the receivers', () =>
    withServer(context, actor, (client) =>
      client.call('testAlerts', { params: { integration }, body: { environment } }),
    ),
  );
  refuseUndelivered(view);
  out.line(context.isJson ? JSON.stringify(view) : alertTestText(view, out.style));
  return exitCode.done;
}

function refuseUndelivered({ environment, deliveries }: AlertTestView): void {
  const [first, ...others] = deliveries
    .filter(({ delivered }) => !delivered)
    .map(({ receiver, error, attempts }) => {
      const times = attempts === 1 ? 'once' : `${attempts} times`;
      return `${receiver}: ${error ?? 'no answer'} (tried ${times})`;
    });
  if (first === undefined) return;
  throw new DeployerError('alert_undelivered', {
    message: `The test alert of ${environment} did not reach ${first}.`,
    hint: `Mend the receiver or its address, then: deployer alerts --test ${environment}`,
    detail: others,
  });
}
