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
];

/** The checklist as RFC 4180 has tables, with lines as files here have them: a row for each item and environment. */
export function checklistCsv({ integration, version, release, items, environments }: ChecklistView): string {
  const rows = items.flatMap(({ item, cells }) =>
    environments.flatMap((environment) => {
      const cell = cells[environment];
      if (cell === undefined) return [];
      const { status, reason, at, by, evidence, next } = cell;
      return [
        [integration, version, release, item, environment, status, reason, at, by, evidence.join(' '), next],
      ];
    }),
  );
  return [heading, ...rows].map((row) => row.map(csvField).join(',')).join('\n');
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
