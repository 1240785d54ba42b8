import type {
  Cell,
  CellStatus,
  Checklist,
  ChecklistItemId,
  ChecklistRow,
  PlaceDrift,
  WaiverView,
} from '../../checklist/checklist.ts';
import { statusSign } from '../../checklist/status-sign.ts';
import { paragraph, type Saying, sayingOf, settledIn, table } from '../blocks.ts';
import type { Block, DocumentRow, DocumentTable } from '../document.ts';
import type { DocumentFacts } from '../facts.ts';
import { observed, writtenAt } from '../sources.ts';
import type { Inline, StatementSource } from '../statement.ts';
import { code, sentence, timeText, words } from '../words.ts';

/** 8 Deployment Checklist */
export function checklistSection(facts: DocumentFacts): readonly Block[] {
  const { checklist } = facts;
  return [...checklistBlocks(checklist), ...liveWaiversTable(facts), ...settledIn('checklist', facts)];
}

/** What users have was let through by these, whatever the newest release is. */
function liveWaiversTable({ liveWaivers }: DocumentFacts): readonly DocumentTable[] {
  const say = sayingOf('checklist', { drifts: [] });
  return table(
    'Waivers of other releases that are live',
    ['What', 'Environment', 'Owner', 'Reason', 'Until', 'State', 'Version'],
    liveWaivers.map((waiver) => {
      const { id, cells, source } = waiverRow(waiver, say);
      return say.row(`${id}.${waiver.release}`, [...cells, [waiver.version]], source);
    }),
  );
}

/** The checklist as blocks of a document: also on its own. */
export function checklistBlocks(checklist: Checklist): readonly Block[] {
  const say = sayingOf('checklist', { drifts: [] });
  const { environments, items, waivers, version, release, drift } = checklist;
  const of: readonly Inline[] =
    release === null
      ? words`No release has been made yet.`
      : words`Of the release ${version ?? ''} (${code(release)}).`;
  return [
    paragraph(
      words`${of} Each cell is computed from what was seen of this release in this environment; without evidence nothing is done.`,
    ),
    ...table(
      'Checklist',
      ['Item', ...environments],
      items.map((row) => itemRow(row, environments, say)),
    ),
    ...environments.flatMap((environment) =>
      moving(
        table(
          `In ${environment}`,
          ['Item', 'Status', 'Why'],
          items.flatMap((row) => cellRows(row, { environment, waivers }, say)),
        ),
      ),
    ),
    ...moving(
      table(
        'Drift',
        ['Environment', 'What', 'Seen'],
        environments.flatMap((environment) =>
          (drift[environment] ?? []).map((each) =>
            driftRow(each, { environment, source: lookedAt(checklist, environment) }, say),
          ),
        ),
      ),
    ),
    ...table(
      'Waivers',
      ['What', 'Environment', 'Owner', 'Reason', 'Until', 'State'],
      waivers.map((waiver) => waiverRow(waiver, say)),
    ),
  ];
}

/** Reasons have figures in them, as free space; that an item is met, or no longer, stands in the first table. */
function moving(tables: readonly DocumentTable[]): readonly DocumentTable[] {
  return tables.map((each) => ({ ...each, isMoving: true }));
}

/** `✓ done` */
function statusText(status: CellStatus): string {
  return `${statusSign[status]} ${status === 'not-applicable' ? 'not applicable' : status}`;
}

function itemRow(
  { id, item, cells }: ChecklistRow,
  environments: readonly string[],
  say: Saying,
): DocumentRow {
  const newest = environments
    .flatMap((name) => cells[name]?.at ?? [])
    .sort()
    .at(-1);
  return say.row(
    `checklist.item.${id}`,
    [[item], ...environments.map((name) => [statusText(cells[name]?.status ?? 'pending')])],
    newest === undefined ? nothingSeen : observed(newest),
  );
}

const nothingSeen = { kind: 'assumed', because: 'nothing was seen that says more', question: null } as const;

/** Of a cell for which nothing was looked at: that nothing applies is what the file says. */
function unseenSource(id: ChecklistItemId, { status }: Cell, environment: string): StatementSource {
  if (status !== 'not-applicable') return nothingSeen;
  if (id === 'approval') return writtenAt(`environments.${environment}`);
  return id === 'compliance-checks' ? writtenAt('compliance.none') : nothingSeen;
}

/** What a cell was decided from; and where it is not done, what would meet it. */
function cellRows(
  { id, item, cells }: ChecklistRow,
  { environment, waivers }: { readonly environment: string; readonly waivers: readonly WaiverView[] },
  say: Saying,
): readonly DocumentRow[] {
  const cell = cells[environment];
  if (cell === undefined) return [];
  const waiver = waivers.find((each) => each.subject === id && each.environment === environment);
  const at = cell.at ?? (cell.status === 'waived' ? waiver?.at : undefined);
  const next = cell.next === null ? [] : words` To meet it: ${code(cell.next)}.`;
  return [
    say.row(
      `checklist.cell.${id}.${environment}`,
      [[item], [statusText(cell.status)], words`${sentence(cell.reason)}${partWords(cell)}.${next}`],
      at === undefined ? unseenSource(id, cell, environment) : observed(at, cell.evidence[0] ?? null),
    ),
  ];
}

/** What makes a cell up, unless the cell says the same. */
function partWords({ parts }: Cell): readonly Inline[] {
  const others = parts.filter(({ isSaid }) => !isSaid);
  const said = others.flatMap(({ name, status, reason }, at) => [
    at === 0 ? ' (' : '; ',
    ...words`${name} ${statusSign[status]} ${sentence(reason)}`,
  ]);
  return said.length === 0 ? [] : [...said, ')'];
}

/** A place contradicts what was decided about it. */
function driftRow(
  { kind, component, observed: seen }: PlaceDrift,
  { environment, source }: { readonly environment: string; readonly source: StatementSource },
  say: Saying,
): DocumentRow {
  const what = component === null ? kind : `${kind} of ${component}`;
  const id = `checklist.drift.${environment}.${component ?? 'all'}.${kind}`;
  return say.row(id, [[environment], [what], [...sentence(seen), '.']], source);
}

/** The look that the infrastructure was judged by is the one that found the drift. */
function lookedAt({ items }: Checklist, environment: string): StatementSource {
  const cell = items.find(({ id }) => id === 'infrastructure-setup')?.cells[environment];
  return cell === undefined || cell.at === null ? nothingSeen : observed(cell.at, cell.evidence[0] ?? null);
}

function waiverRow(waiver: WaiverView, say: Saying): DocumentRow {
  const { subject, environment, owner, reason, until, isExpired, by, at } = waiver;
  return say.row(
    `checklist.waiver.${environment === null ? '' : `${environment}.`}${subject}.${at}`,
    [
      [subject],
      [environment ?? 'the release'],
      [owner],
      [reason],
      [timeText(until)],
      [isExpired ? `expired: counts as unmet (by ${by})` : `in force (by ${by})`],
    ],
    observed(at),
  );
}
