import { resolve } from 'node:path';

import { documentFormats, type DocumentFormat, type DocumentIndexView } from '../../api/views/documents.ts';
import type { ApiClient } from '../../api/client.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOrNull } from '../identity.ts';
import { documentDiffText } from '../output/document-diff-text.ts';
import { revisionsText } from '../output/revisions-text.ts';
import { findProject, integrationKey } from '../project.ts';
import { documentAsked } from '../run/document-asked.ts';
import { documentFile, giveDocument, whyItStays } from '../run/give-document.ts';
import { writeDocument } from '../run/write-document.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, flag, optional, text, type Verb } from '../verb.ts';

export const document: Verb = defineVerb({
  name: 'document',
  group: 'Look',
  summary: 'print the deployment document, as it is now or as it was',
  about:
    'Every statement says where it is known from: decided, assumed or observed; what observation contradicts is shown as\n' +
    'drift. What the document says anew is kept as a revision, which never changes.',
  arguments: { other: optional('text', 'with --diff: the later revision') },
  options: {
    revision: text('--revision <number>', 'as it was in that revision'),
    diff: text('--diff <number>', 'what changed from that revision to a later one (default: the newest)'),
    history: flag('--history', 'list the revisions, and what made each'),
    give: flag('--give', 'from the files of this folder as they are, until there is a newer release'),
    after: text('--after <cursor>', 'with --history: go on where the last page ended'),
    all: flag('--all', 'an index over all integrations of the server'),
    format: text('--format <format>', 'md (default), html or json'),
    output: text('--output <file>', 'write it into a file, whole or not at all'),
  },
  examples: [
    ['deployer document', 'as it is now, as Markdown'],
    ['deployer document --format html --output document.html', 'one file for a browser or for paper'],
    ['deployer document --diff 3 5', 'what changed from revision 3 to revision 5'],
  ],
  async run(context, values) {
    const asked = documentAsked(values);
    const format = formatOf(context, values.format);
    if (values.other !== null && values.diff === null) throw onlyWithDiff(values.other);
    if (asked === 'give') return await give(context);
    const shown: Context = { ...context, isJson: format === 'json' };
    const actor = await actorOrNull(context);
    return await withServer(context, actor, async (client) => {
      switch (asked) {
        case 'all':
          return await printIndex(context, client, { format, output: values.output });
        case 'history':
          return await printHistory(shown, client, values.after);
        case 'diff':
          return await printDiff(shown, client, { from: values.diff ?? '', to: values.other });
        case 'document':
          return await printDocument(context, client, { ...values, format });
      }
    });
  },
});

async function give(context: Context): Promise<number> {
  const project = await findProject(context);
  const giving = { cause: 'give', subject: null, startsServer: true } as const;
  const given = await giveDocument(context, project, giving);
  const { out } = context.terminal;
  if (given === null) return exitCode.failed;
  const { content: _, ...view } = given.view;
  if (context.isJson) out.line(JSON.stringify(view));
  else {
    const stays = whyItStays(given.file);
    const written = given.file === 'written' ? `wrote ${documentFile}` : `${documentFile} says this already`;
    const what = stays === null ? written : `the server has it; ${stays}`;
    out.line(`${out.style.good('✓')} ${what} ${out.style.dim(`(revision ${view.revision})`)}`);
  }
  return exitCode.done;
}

function onlyWithDiff(word: string): DeployerError {
  return new DeployerError('usage', {
    message: `"${word}" says nothing here.`,
    hint: `deployer document --revision ${word}   (or --diff <number> ${word})`,
  });
}

function formatOf({ isJson }: Context, asked: string | null): DocumentFormat {
  if (isJson) return 'json';
  const format = documentFormats.find((each) => each === (asked ?? 'md'));
  if (format !== undefined) return format;
  throw new DeployerError('usage', {
    message: `There is no format "${asked ?? ''}".`,
    hint: `Choose one of ${documentFormats.join(', ')}.`,
    path: 'format',
  });
}

interface Printing {
  readonly format: DocumentFormat;
  readonly output: string | null;
}

async function printDocument(
  context: Context,
  client: ApiClient,
  { format, output, revision }: Printing & { readonly revision: string | null },
): Promise<number> {
  const integration = await integrationKey(context);
  const query = { format, ...(revision === null ? {} : { revision: numberOf(revision, 'revision') }) };
  const view = await client.call('document', { params: { integration }, query }, { signal: context.signal });
  return await deliver(context, view.content ?? JSON.stringify(view), output);
}

async function printIndex(
  context: Context,
  client: ApiClient,
  { format, output }: Printing,
): Promise<number> {
  const integrations = await allDocuments(client);
  const { indexHtml, indexMarkdown } = await import('../../documents/document-index.ts');
  const content = { md: indexMarkdown, html: indexHtml, json: indexJson }[format](integrations);
  return await deliver(context, content, output);
}

type Indexed = DocumentIndexView['integrations'];

/** An index is whole: every page of it. */
async function allDocuments(client: ApiClient): Promise<Indexed> {
  const found: Indexed[number][] = [];
  for (let after: string | null = null; ;) {
    const query = { format: 'json', ...(after === null ? {} : { after }) };
    const page: DocumentIndexView = await client.call('documents', { query });
    found.push(...page.integrations);
    if (page.next === null) return found;
    after = page.next;
  }
}

function indexJson(integrations: Indexed): string {
  return JSON.stringify({ integrations, next: null, content: null });
}

async function printHistory(context: Context, client: ApiClient, after: string | null): Promise<number> {
  const integration = await integrationKey(context);
  const query = after === null ? {} : { after: numberOf(after, 'after') };
  const view = await client.call('documentRevisions', { params: { integration }, query });
  const { out } = context.terminal;
  const look = { style: out.style, width: out.columns, now: new Date() };
  out.line(context.isJson ? JSON.stringify(view) : revisionsText(view, look));
  return exitCode.done;
}

async function printDiff(
  context: Context,
  client: ApiClient,
  { from, to }: { readonly from: string; readonly to: string | null },
): Promise<number> {
  const integration = await integrationKey(context);
  const query = {
    a: numberOf(from, 'diff'),
    b: to === null ? await newest(client, integration) : numberOf(to, 'diff'),
  };
  const view = await client.call('documentDiff', { params: { integration }, query });
  const { out } = context.terminal;
  out.line(
    context.isJson ? JSON.stringify(view) : documentDiffText(view, { style: out.style, width: out.columns }),
  );
  return exitCode.done;
}

async function newest(client: ApiClient, integration: string): Promise<string> {
  const { revision } = await client.call('document', { params: { integration }, query: { format: 'json' } });
  return String(revision);
}

function numberOf(given: string, path: string): string {
  if (/^[1-9]\d{0,5}$/.test(given)) return given;
  throw new DeployerError('usage', {
    message: `"${given}" is no number of a revision.`,
    hint: 'deployer document --history   lists them',
    path,
  });
}

async function deliver(context: Context, content: string, output: string | null): Promise<number> {
  const { out, err } = context.terminal;
  if (output === null) {
    out.line(content.replace(/\n$/, ''));
    return exitCode.done;
  }
  const path = resolve(context.cwd, output);
  const isChanged = await writeDocument(path, content);
  err.line(
    isChanged ? `${err.style.good('✓')} wrote ${output}` : err.style.dim(`${output} says this already`),
  );
  return exitCode.done;
}
