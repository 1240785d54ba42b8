import type { ApiClient } from '../../api/client.ts';
import type { DiffView } from '../../api/views/releases.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { changeLines } from '../output/changes-text.ts';
import { shortId } from '../output/digest-text.ts';
import { integrationKey } from '../project.ts';
import { isUnknownRelease, releaseOrCommit } from '../run/release-or-commit.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, required, type Verb } from '../verb.ts';

export const diff: Verb = defineVerb({
  name: 'diff',
  group: 'Look',
  summary: 'compare two releases or deployments',
  about:
    'A release goes by its digest, a unique prefix of it (6 or more), its version or its commit; what is none of these\n' +
    'is looked up in the Git repository: HEAD, a branch, a tag.',
  arguments: {
    a: required('release', 'a release or deployment'),
    b: required('release', 'another one'),
  },
  options: {},
  examples: [
    ['deployer diff 1.3.0 1.4.0', 'two releases'],
    ['deployer diff 1.3.0 HEAD', 'a release and the one of the commit that is checked out'],
    ['deployer diff production-4 production-5', 'two deployments, with their configuration'],
  ],
  async run(context, { a, b }) {
    const integration = await integrationKey(context);
    const view = await withServer(context, null, (client) => compare(context, client, { integration, a, b }));
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

/** The names that the server has win over those of Git. */
async function compare(
  context: Context,
  client: ApiClient,
  { integration, a, b }: { readonly integration: string; readonly a: string; readonly b: string },
): Promise<DiffView> {
  const ask = (query: { readonly a: string; readonly b: string }): Promise<DiffView> =>
    client.call('diff', { params: { integration }, query });
  try {
    return await ask({ a, b });
  } catch (error) {
    if (!isUnknownRelease(error)) throw error;
  }
  const meant = (reference: string) => releaseOrCommit(context, client, { integration, reference });
  return await ask({ a: await meant(a), b: await meant(b) });
}
