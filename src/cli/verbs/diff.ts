import { exitCode } from '../exit-code.ts';
import { changeLines } from '../output/changes-text.ts';
import { shortId } from '../output/digest-text.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, required, type Verb } from '../verb.ts';

export const diff: Verb = defineVerb({
  name: 'diff',
  group: 'Look',
  summary: 'compare two releases or deployments',
  about: 'A release goes by its digest, a unique prefix of it (6 or more), its version or its commit.',
  arguments: {
    a: required('release', 'a release or deployment'),
    b: required('release', 'another one'),
  },
  options: {},
  examples: [
    ['deployer diff 1.3.0 1.4.0', 'two releases'],
    ['deployer diff production-4 production-5', 'two deployments, with their configuration'],
  ],
  async run(context, { a, b }) {
    const integration = await integrationKey(context);
    const view = await withServer(context, null, (client) =>
      client.call('diff', { params: { integration }, query: { a, b } }),
    );
    const { out } = context.terminal;
    if (context.isJson) out.line(JSON.stringify(view));
    else {
      out.line(
        `${out.style.bold(shortId(view.a))} ${out.style.dim('→')} ${out.style.bold(shortId(view.b))}\n`,
      );
      const lines = changeLines(view.changes, out.style, out.columns);
      out.line(lines.length === 0 ? out.style.dim('  no difference') : lines.join('\n'));
    }
    return exitCode.done;
  },
});
