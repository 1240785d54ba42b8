import type { ChecklistView } from '../../api/views/checklist.ts';

const heading = [
  'integration',
  'version',
  'release',
  'item',
  'environment',
  'status',
  'reason',
  'at',
  'by',
  'evidence',
  'next',
  'kind',
  'part',
  'owner',
  'until',
];

/**
 * The checklist as RFC 4180 has tables, with lines as files here have them: a row for each item and environment, below
 * it one for each of its parts, and then what a place contradicts and what was waived. `kind` tells them apart.
 */
export function checklistCsv(view: ChecklistView): string {
  const { integration, version, release } = view;
  const rows = [...cellRows(view), ...driftRows(view), ...waiverRows(view)].map((row) => {
    const { item, environment, status, reason, at, by, evidence, next } = row;
    const cell = [item, environment, status, reason, at, by, evidence?.join(' '), next];
    return [integration, version, release, ...cell, row.kind, row.part, row.owner, row.until];
  });
  return [heading, ...rows].map((row) => row.map((value) => csvField(value ?? null)).join(',')).join('\n');
}

/** What a kind of row does not have stays empty. */
interface Row {
  readonly kind: 'item' | 'part' | 'drift' | 'waiver';
  readonly item?: string;
  readonly environment: string | null;
  readonly status: string;
  readonly reason: string;
  readonly at?: string | null;
  readonly by?: string | null;
  readonly evidence?: readonly string[];
  readonly next?: string | null;
  readonly part?: string | null;
  readonly owner?: string;
  readonly until?: string;
}

function cellRows({ items, environments }: ChecklistView): readonly Row[] {
  return items.flatMap(({ item, cells }) =>
    environments.flatMap((environment): readonly Row[] => {
      const cell = cells[environment];
      if (cell === undefined) return [];
      const { parts, ...own } = cell;
      const below = parts.length === 1 ? [] : parts;
      return [
        { kind: 'item', item, environment, ...own },
        ...below.map(({ name, ...each }): Row => ({ kind: 'part', item, environment, part: name, ...each })),
      ];
    }),
  );
}

function driftRows({ drift }: ChecklistView): readonly Row[] {
  return Object.entries(drift).flatMap(([environment, found]) =>
    found.map(({ kind, component, observed }): Row => ({
      kind: 'drift',
      environment,
      status: kind,
      reason: observed,
      part: component,
    })),
  );
}

function waiverRows({ waivers }: ChecklistView): readonly Row[] {
  return waivers.map(({ subject: item, isExpired, ...own }): Row => ({
    kind: 'waiver',
    item,
    status: isExpired ? 'expired' : 'in force',
    ...own,
  }));
}

/**
 * A field in quotes. One that a spreadsheet would take for a formula begins with an apostrophe, which shows it as text
 * (OWASP, "CSV Injection").
 */
export function csvField(value: string | null): string {
  const text = value ?? '';
  const isFormula = /^\s*[=+\-@\t\r|%]/.test(text);
  return `"${(isFormula ? `'${text}` : text).replaceAll('"', '""')}"`;
}
