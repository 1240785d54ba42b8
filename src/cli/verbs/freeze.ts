import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { freezeText } from '../output/freeze-text.ts';
import { integrationKey } from '../project.ts';
import { timeAhead } from '../run/time-ahead.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, required, requiredText, text, type Verb } from '../verb.ts';

export const freeze: Verb = defineVerb({
  name: 'freeze',
  group: 'Act',
  summary: 'let no new release into an environment',
  about:
    'Runs go on up to there, approvals included, and wait. What is on its way in the environment finishes, and\n' +
    'rollbacks pass.',
  arguments: { environment: required('environment', 'e.g. production') },
  options: {
    reason: requiredText('--reason <text>', 'why'),
    until: text('--until <time>', 'end it by itself: 2h, 3d, 2026-12-24, "2026-12-24 18:00"'),
  },
  examples: [
    ['deployer freeze production --reason "year end" --until 2026-12-27', 'until then'],
    ['deployer freeze production --reason incident', 'until deployer unfreeze'],
  ],
  async run(context, { environment, reason, until }) {
    const body = { reason, until: until === null ? null : timeAhead(until, new Date()) };
    const integration = await integrationKey(context);
    const actor = await actorOf(context);
    const view = await withServer(context, actor, (client) =>
      client.call('freeze', { params: { integration, environment }, body }),
    );
    const { out } = context.terminal;
    out.line(context.isJson ? JSON.stringify(view) : freezeText(view, new Date(), out.style));
    return exitCode.done;
  },
});
