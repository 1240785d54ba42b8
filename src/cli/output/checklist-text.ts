import type { ChecklistView } from '../../api/views/checklist.ts';
import type { Cell, CellStatus, ChecklistRow, WaiverView } from '../../core/checklist/checklist.ts';
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
    ...view.items.flatMap((row) => openLines(row, view.environments, settings)),
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
export function statusText(status: CellStatus, style: Style, isShort = false): string {
  const { sign, word, paint } = looks(status, style);
  return paint(isShort ? sign : `${sign} ${word}`);
}

function looks(
  status: CellStatus,
  style: Style,
): { readonly sign: string; readonly word: string; readonly paint: (text: string) => string } {
  switch (status) {
    case 'done':
      return { sign: '✓', word: 'done', paint: style.good };
    case 'failed':
      return { sign: '✗', word: 'failed', paint: style.bad };
    case 'undecided':
      return { sign: '?', word: 'undecided', paint: style.attention };
    case 'waived':
      return { sign: '~', word: 'waived', paint: style.attention };
    case 'pending':
      return { sign: '·', word: 'pending', paint: style.dim };
    case 'not-applicable':
      return { sign: '–', word: 'n/a', paint: style.dim };
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
  return isTooWide ? [...columns(tableRows(view, style, true)), '', legend(style)] : lines;
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

function legend(style: Style): string {
  const all: readonly CellStatus[] = ['done', 'failed', 'undecided', 'pending', 'waived', 'not-applicable'];
  return `  ${all.map((status) => statusText(status, style)).join('  ')}`;
}

/** Why an item is not done; environments where it is for the same reason are named together. */
function openLines(
  row: ChecklistRow,
  environments: readonly string[],
  { style, width }: ListSettings,
): readonly string[] {
  const groups = new Map<string, { readonly cell: Cell; readonly names: string[] }>();
  for (const name of environments) {
    const cell = row.cells[name];
    if (cell === undefined || cell.status === 'done' || cell.status === 'not-applicable') continue;
    const key = `${cell.status} ${cell.reason} ${cell.next ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { cell, names: [name] });
    else group.names.push(name);
  }
  return [...groups.values()].flatMap(({ cell, names }) => [
    '',
    `${statusText(cell.status, style, true)} ${style.bold(shortTitle(row))}  ${style.dim(`${row.id} in ${names.join(', ')}`)}`,
    ...hanging('  ', cell.reason, width),
    ...(cell.next === null ? [] : [hintText(cell.next, style)]),
  ]);
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
