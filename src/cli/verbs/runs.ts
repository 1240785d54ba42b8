import { exitCode } from '../exit-code.ts';
import { runsText } from '../output/runs-text.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, text, type Verb } from '../verb.ts';

export const runs: Verb = defineVerb({
  name: 'runs',
  group: 'Look',
  summary: 'list runs, the newest first',
  arguments: {},
  options: { after: text('--after <cursor>', 'go on where the last page ended') },
  examples: [['deployer runs', 'the last 50']],
  async run(context, { after }) {
    const integration = await integrationKey(context);
    const view = await withServer(context, null, (client) =>
      client.call('runs', { params: { integration }, query: after === null ? {} : { after } }),
    );
    const { out } = context.terminal;
    out.line(
      context.isJson
        ? JSON.stringify(view)
        : runsText(view, { style: out.style, width: out.columns, now: new Date() }),
    );
    return exitCode.done;
  },
});
