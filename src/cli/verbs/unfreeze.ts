import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { freezeText } from '../output/freeze-text.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, required, text, type Verb } from '../verb.ts';

export const unfreeze: Verb = defineVerb({
  name: 'unfreeze',
  group: 'Act',
  summary: 'let releases in again; what waited goes on, oldest first',
  arguments: { environment: required('environment', 'e.g. production') },
  options: { reason: text('--reason <text>', 'why') },
  examples: [['deployer unfreeze production', '']],
  async run(context, { environment, reason }) {
    const integration = await integrationKey(context);
    const actor = await actorOf(context);
    const view = await withServer(context, actor, (client) =>
      client.call('unfreeze', { params: { integration, environment }, body: { reason } }),
    );
    const { out } = context.terminal;
    out.line(context.isJson ? JSON.stringify(view) : freezeText(view, new Date(), out.style));
    return exitCode.done;
  },
});
