import { exitCode } from '../exit-code.ts';
import { statusText } from '../output/status-text.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, type Verb } from '../verb.ts';

export const status: Verb = defineVerb({
  name: 'status',
  group: 'Look',
  summary: 'see what is live where, what waits, and what one could go back to',
  arguments: {},
  options: {},
  examples: [
    ['deployer status', 'of the integration in this folder'],
    ['deployer status --integration triage-desk --json', 'for a script, from anywhere'],
  ],
  async run(context) {
    const integration = await integrationKey(context);
    const view = await withServer(context, null, (client) =>
      client.call('status', { params: { integration } }),
    );
    const { out } = context.terminal;
    out.line(
      context.isJson
        ? JSON.stringify(view)
        : statusText(view, { style: out.style, width: out.columns, now: new Date() }),
    );
    return exitCode.done;
  },
});
