import type { ChecklistView } from '../../api/views/checklist.ts';
import type { Cell, CellStatus, ChecklistRow, WaiverView } from '../../core/checklist/checklist.ts';
import { statusSign } from '../../core/checklist/status-sign.ts';
import { columns } from './columns.ts';
import { hintText } from './error-text.ts';
import type { ListSettings } from './runs-text.ts';
import type { Style } from './style.ts';
import { momentText } from './time.ts';
import { widthOf } from './width.ts';
import { hanging } from './wrap.ts';

/** Items by environments; below, why what is not done is not, what was waived, and where a place is not as decided. */
export function checklistText(view: ChecklistView, settings: ListSettings): string {
  const { style } = settings;
  const title =
    view.version === null
      ? style.dim('nothing released yet')
      : `${style.bold(view.version)}  ${counts(view, style)}`;
  return [
    `${style.bold(view.integration)}  ${title}`,
    '',
    ...tableLines(view, settings),
    ...openLines(view, settings),
    ...driftLines(view, settings),
    ...waiverLines(view.waivers, settings),
    ...(view.items.some(({ cells }) => Object.values(cells).some(canBeWaived))
      ? [
          '',
          hintText(
            'deployer waive <item> --environment <name> --reason "…" --until <time>   sets one aside',
            style,
          ),
        ]
      : []),
  ].join('\n');
}

/** A cell in a table: `✓ done`. */
function statusText(status: CellStatus, style: Style, isShort = false): string {
  const word = status === 'not-applicable' ? 'n/a' : status;
  return painted(status, style)(isShort ? statusSign[status] : `${statusSign[status]} ${word}`);
}

function painted(status: CellStatus, style: Style): (text: string) => string {
  switch (status) {
    case 'done':
      return style.good;
    case 'failed':
      return style.bad;
    case 'undecided':
    case 'waived':
      return style.attention;
    case 'pending':
    case 'not-applicable':
      return style.dim;
  }
}

function counts({ items, environments }: ChecklistView, style: Style): string {
  const cells = items.flatMap((row) => environments.flatMap((name) => row.cells[name] ?? []));
  const asked = cells.filter(({ status }) => status !== 'not-applicable');
  const met = asked.filter(({ status }) => status === 'done' || status === 'waived').length;
  return style.dim(`${met} of ${asked.length} done or waived`);
}

/** Titles have their explanation in brackets; the parts below say the same. */
function shortTitle({ item }: ChecklistRow): string {
  return item.replace(/ \(.*\)$/, '');
}

function tableLines(view: ChecklistView, { style, width }: ListSettings): readonly string[] {
  const whole = tableRows(view, style, false);
  const lines = columns(whole);
  const isTooWide = lines.some((line) => widthOf(line) > width);
  return isTooWide ? [...columns(tableRows(view, style, true)), '', ...legend(style, width)] : lines;
}

function tableRows(
  { items, environments }: ChecklistView,
  style: Style,
  isShort: boolean,
): readonly (readonly string[])[] {
  const heading = ['', ...environments.map((name) => style.bold(name))];
  return [heading, ...items.flatMap((row) => itemRows(row, { environments, style, isShort }))];
}

interface TableSettings {
  readonly environments: readonly string[];
  readonly style: Style;
  readonly isShort: boolean;
}

/** Kinds of tests are rows of their own: that one of them is missing must be seen. */
function itemRows(row: ChecklistRow, { environments, style, isShort }: TableSettings): (readonly string[])[] {
  const cell = (name: string): string => {
    const found = row.cells[name];
    return found === undefined ? '' : statusText(found.status, style, isShort);
  };
  const own = [shortTitle(row), ...environments.map(cell)];
  if (row.id !== 'testing') return [own];
  const partNames = row.cells[environments[0] ?? '']?.parts.map(({ name }) => name) ?? [];
  const partRows = partNames.map((part) => [
    style.dim(`  ${part}`),
    ...environments.map((name) => {
      const found = row.cells[name]?.parts.find((each) => each.name === part);
      return found === undefined ? '' : statusText(found.status, style, isShort);
    }),
  ]);
  return [own, ...partRows];
}

function legend(style: Style, width: number): readonly string[] {
  const all: readonly CellStatus[] = ['done', 'failed', 'undecided', 'pending', 'waived', 'not-applicable'];
  return hanging('  ', all.map((status) => statusText(status, style)).join('  '), width);
}

/** What needs somebody comes first; what comes by itself stands together below. */
const detailed: readonly CellStatus[] = ['failed', 'undecided', 'waived'];

/** Why items are not done; environments where one is for the same reason are named together. */
function openLines({ items, environments }: ChecklistView, settings: ListSettings): readonly string[] {
  const { style, width } = settings;
  const details = detailed.flatMap((status) =>
    items.flatMap((row) =>
      grouped(cellsOf(row, environments, status), ({ cell }) => `${cell.reason} ${cell.next ?? ''}`).flatMap(
        ({ first: { cell }, names }) => [
          '',
          `${statusText(status, style, true)} ${style.bold(shortTitle(row))}  ${style.dim(`${row.id} in ${names.join(', ')}`)}`,
          ...hanging('  ', cell.reason, width),
          ...(cell.next === null ? [] : [hintText(cell.next, style)]),
        ],
      ),
    ),
  );
  return [...details, ...pendingLines({ items, environments }, settings)];
}

function pendingLines(
  { items, environments }: Pick<ChecklistView, 'items' | 'environments'>,
  { style, width }: ListSettings,
): readonly string[] {
  const pending = items.flatMap((row) => cellsOf(row, environments, 'pending'));
  return environments.flatMap((environment) =>
    grouped(
      pending.filter(({ name }) => name === environment),
      ({ cell }) => cell.next ?? '',
    ).flatMap(({ first: { cell }, titles }) => [
      '',
      ...hanging(
        `${statusText('pending', style, true)} ${style.bold(environment)}  `,
        style.dim(`still to come: ${titles.join(', ')}`),
        width,
      ),
      ...(cell.next === null ? [] : [hintText(cell.next, style)]),
    ]),
  );
}

interface OpenCell {
  readonly name: string;
  readonly title: string;
  readonly cell: Cell;
}

function cellsOf(
  row: ChecklistRow,
  environments: readonly string[],
  status: CellStatus,
): readonly OpenCell[] {
  return environments.flatMap((name) => {
    const cell = row.cells[name];
    return cell?.status === status ? [{ name, title: shortTitle(row), cell }] : [];
  });
}

/** Cells with one key together, in the order in which the keys come first. */
function grouped(
  cells: readonly OpenCell[],
  keyOf: (cell: OpenCell) => string,
): readonly {
  readonly first: OpenCell;
  readonly names: readonly string[];
  readonly titles: readonly string[];
}[] {
  return [...Map.groupBy(cells, keyOf).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ first, names: group.map(({ name }) => name), titles: group.map(({ title }) => title) }];
  });
}

function canBeWaived({ status }: Pick<Cell, 'status'>): boolean {
  return status === 'undecided';
}

function driftLines({ drift }: ChecklistView, { style, width }: ListSettings): readonly string[] {
  const lines = Object.entries(drift).flatMap(([name, found]) =>
    found.map(({ observed }) =>
      hanging(`${style.bad('!')} ${style.bold(name)}  `, observed, width).join('\n'),
    ),
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

function waiverLines(waivers: readonly WaiverView[], { style, width, now }: ListSettings): readonly string[] {
  if (waivers.length === 0) return [];
  const lines = waivers.map((waiver) => hanging('  ', waiverText(waiver, now, style), width).join('\n'));
  return ['', style.bold('Waivers'), ...lines];
}

/** `compliance-checks in production until 24 Dec 12:00, by ops@example.com: no data of persons` */
export function waiverText(
  { subject, environment, owner, reason, until, isExpired, by }: WaiverView,
  now: Date,
  style: Style,
): string {
  const where = environment === null ? '' : ` in ${environment}`;
  const end = isExpired
    ? style.bad(`ended ${momentText(until, now)}`)
    : style.attention(`until ${momentText(until, now)}`);
  const whose = owner === by ? `by ${by}` : `by ${by}, ${owner} sees to it`;
  return `${style.bold(subject)}${where} ${end}, ${whose}: ${reason}`;
}
