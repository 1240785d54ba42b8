import { exitCode } from '../exit-code.ts';
import { evidenceListText, evidenceText } from '../output/evidence-text.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, optional, text, type Verb } from '../verb.ts';

export const evidence: Verb = defineVerb({
  name: 'evidence',
  group: 'Look',
  summary: 'list what proves a release, or read one piece of it',
  about: 'Every check stores what it saw under the digest of it; the checklist names these digests.',
  arguments: { of: optional('release', 'a release (else the newest), or the digest of one piece') },
  options: { after: text('--after <cursor>', 'go on where the last page ended') },
  examples: [
    ['deployer evidence', 'of the newest release, the latest first'],
    ['deployer evidence sha256:4f1c2a9b', 'what was seen, whole'],
  ],
  async run(context, { of, after }) {
    const integration = await integrationKey(context);
    const query = { ...(of === null ? {} : { of }), ...(after === null ? {} : { after }) };
    const view = await withServer(context, null, (client) =>
      client.call('evidence', { params: { integration }, query }),
    );
    const { out } = context.terminal;
    const settings = { style: out.style, width: out.columns, now: new Date() };
    if (context.isJson) out.line(JSON.stringify(view));
    else out.line('body' in view ? evidenceText(view, settings) : evidenceListText(view, settings));
    return exitCode.done;
  },
});
