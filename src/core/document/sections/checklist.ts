import type { Cell, CellStatus, Checklist, ChecklistRow, WaiverView } from '../../checklist/checklist.ts';
import { paragraph, type Saying, sayingOf, settledIn, table } from '../blocks.ts';
import type { Block, DocumentRow, DocumentTable } from '../document.ts';
import type { DocumentFacts } from '../facts.ts';
import { observed } from '../sources.ts';
import type { Inline } from '../statement.ts';
import { code, sentence, timeText, words } from '../words.ts';

/** 8 Deployment Checklist */
export function checklistSection(facts: DocumentFacts): readonly Block[] {
  const { checklist } = facts;
  const settled = settledIn('checklist', facts);
  if (checklist === null) {
    return [paragraph(words`There is nothing to check yet: no release has been made.`), ...settled];
  }
  return [...checklistBlocks(checklist), ...settled];
}

/** The checklist as blocks of a document: also on its own. */
export function checklistBlocks(checklist: Checklist): readonly Block[] {
  const say = sayingOf('checklist', { drifts: [] });
  const { environments, items, waivers, version, release } = checklist;
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

const marks: Readonly<Record<CellStatus, string>> = {
  done: '✓ done',
  failed: '✗ failed',
  pending: '… pending',
  undecided: '? undecided',
  waived: '⚑ waived',
  'not-applicable': '– not applicable',
};

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
    [[item], ...environments.map((name) => [marks[cells[name]?.status ?? 'pending']])],
    newest === undefined ? nothingSeen : observed(newest),
  );
}

const nothingSeen = { kind: 'assumed', because: 'nothing was seen that says more', question: null } as const;

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
      [[item], [marks[cell.status]], words`${sentence(cell.reason)}${partWords(cell)}.${next}`],
      at === undefined ? nothingSeen : observed(at, cell.evidence[0] ?? null),
    ),
  ];
}

/** What makes a cell up, unless that says the same as the cell. */
function partWords({ parts, reason: whole }: Cell): readonly Inline[] {
  const others = parts.filter(({ reason }) => reason !== whole);
  const said = others.flatMap(({ name, status, reason }, at) => [
    at === 0 ? ' (' : '; ',
    ...words`${name} ${marks[status].slice(0, 1)} ${sentence(reason)}`,
  ]);
  return said.length === 0 ? [] : [...said, ')'];
}

function waiverRow(waiver: WaiverView, say: Saying): DocumentRow {
  const { subject, environment, owner, reason, until, isExpired, by, at } = waiver;
  return say.row(
    `checklist.waiver.${environment ?? 'release'}.${subject}`,
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
