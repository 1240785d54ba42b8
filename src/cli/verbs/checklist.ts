import type { ChecklistView } from '../../api/views/checklist.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { loadProject } from '../load-project.ts';
import { checklistCsv } from '../output/checklist-csv.ts';
import { checklistText } from '../output/checklist-text.ts';
import { findProject, integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, text, type Verb } from '../verb.ts';

const formats = ['md', 'html', 'json', 'csv'] as const;

export const checklist: Verb = defineVerb({
  name: 'checklist',
  group: 'Look',
  summary: 'see what of a release is proven in each environment, and what is still open',
  about:
    'Nine items in each environment, each computed from what was seen of exactly this release. What nobody has\n' +
    'checked is undecided, not done. Below the table: why, and what to type.',
  arguments: {},
  options: {
    release: text('--release <release>', 'another one than the newest', 'release'),
    format: text('--format <format>', `instead of a table: ${formats.join(', ')}`, formats),
  },
  examples: [
    ['deployer checklist', 'the newest release'],
    ['deployer checklist --release 1.4.0 --format csv > checklist.csv', 'for a spreadsheet'],
  ],
  async run(context, { release, format }) {
    const wanted = formats.find((known) => known === format) ?? null;
    const integration = await integrationKey(context);
    const query = release === null ? {} : { release };
    const view = await withServer(context, null, (client) =>
      client.call('checklist', { params: { integration }, query }),
    ).catch((error: unknown) => beforeFirstShip(context, error));
    context.terminal.out.line(await textOf(context, view, wanted));
    return exitCode.done;
  },
});

async function textOf(
  { isJson, terminal: { out } }: Context,
  view: ChecklistView,
  wanted: (typeof formats)[number] | null,
): Promise<string> {
  const format = isJson ? 'json' : wanted;
  switch (format) {
    case 'json':
      return JSON.stringify(view);
    case 'csv':
      return checklistCsv(view);
    case 'md':
    case 'html': {
      const { checklistHtml, checklistMarkdown } = await import('../../documents/checklist.ts');
      return (format === 'md' ? checklistMarkdown(view) : checklistHtml(view)).trimEnd();
    }
    case null:
      return checklistText(view, { style: out.style, width: out.columns, now: new Date() });
  }
}

/** The server knows an integration from its first ship on; until then its file says what there is to say. */
async function beforeFirstShip(context: Context, error: unknown): Promise<ChecklistView> {
  const isUnknown = error instanceof DeployerError && error.code === 'integration_not_found';
  if (!isUnknown || context.integration !== null) throw error;
  const { definition } = await loadProject(await findProject(context), context);
  if (definition === null) throw error;
  const { checklistOf } = await import('../../core/checklist/cells.ts');
  const { unreleasedFacts } = await import('../../core/checklist/unreleased.ts');
  return checklistOf(definition.key, unreleasedFacts(definition, Date.now()));
}
