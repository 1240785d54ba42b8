import { DeployerError } from '../../errors.ts';
import { exitCode } from '../exit-code.ts';
import { auditText } from '../output/audit-text.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, flag, text, type Verb } from '../verb.ts';

export const audit: Verb = defineVerb({
  name: 'audit',
  group: 'Look',
  summary: 'read who did what, when and why, and whether it is all still as it was written',
  about: `Each entry has a digest over itself and all before it. Keep the newest one elsewhere: with --contains it shows
later that nothing of what it covers was changed or removed. Exit code 1 when something was.`,
  arguments: {},
  options: {
    all: flag('--all', 'of all integrations, and of the server itself'),
    after: text('--after <cursor>', 'go on where the last page ended'),
    contains: text('--contains <digest>', 'a digest that was the newest at an earlier time'),
  },
  examples: [['deployer audit', 'the newest first']],
  async run(context, { all, after, contains }) {
    if (contains !== null) refuseOtherThanDigest(contains);
    const query = {
      ...(all ? {} : { integration: await integrationKey(context) }),
      ...(after === null ? {} : { after }),
      ...(contains === null ? {} : { contains }),
    };
    const view = await withServer(context, null, (client) => client.call('audit', { query }));
    const { out } = context.terminal;
    out.line(
      context.isJson
        ? JSON.stringify(view)
        : auditText(view, { style: out.style, width: out.columns, now: new Date(), ofAll: all }),
    );
    const isWhole = view.chain === null || (view.chain.broken === null && view.chain.contains !== false);
    return isWhole ? exitCode.done : exitCode.failed;
  },
});

/** What was mistyped must not look like an audit that was changed. */
function refuseOtherThanDigest(text: string): void {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return;
  throw new DeployerError('usage', {
    message: `"${text}" is no digest of an audit: sha256: and 64 digits, small letters.`,
    hint: 'Give the whole line that deployer audit has shown.',
    path: 'contains',
  });
}
