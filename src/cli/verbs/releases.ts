import { exitCode } from '../exit-code.ts';
import { releasesText } from '../output/releases-text.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, text, type Verb } from '../verb.ts';

export const releases: Verb = defineVerb({
  name: 'releases',
  group: 'Look',
  summary: 'list releases, where each is live, and what is on hold',
  arguments: {},
  options: { after: text('--after <cursor>', 'go on where the last page ended') },
  examples: [['deployer releases', 'the newest first']],
  async run(context, { after }) {
    const integration = await integrationKey(context);
    const view = await withServer(context, null, (client) =>
      client.call('releases', { params: { integration }, query: after === null ? {} : { after } }),
    );
    const { out } = context.terminal;
    out.line(
      context.isJson
        ? JSON.stringify(view)
        : releasesText(view, { style: out.style, width: out.columns, now: new Date() }),
    );
    return exitCode.done;
  },
});
