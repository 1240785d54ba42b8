import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

/** Every form in which a value could be read back, as a careless program would write it. */
export function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const alignments = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift, 'x'), bytes]).toString('base64');
    return encoded.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const lines = value.split('\n').filter((line) => line.length >= 8);
  return [
    ...new Set([
      ...lines.flatMap((line) => [line, JSON.stringify(line).slice(1, -1), encodeURIComponent(line)]),
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      ...alignments,
      ...alignments.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
    ]),
  ];
}

/** A shell command, or a part of a program, that prints the variable in all of these forms, `prefix` before each. */
export function printingProgram(variable: string): string {
  return `{
    const value = process.env.${variable};
    const bytes = Buffer.from(value);
    const shifted = (n) => Buffer.concat([Buffer.alloc(n, 'x'), bytes, Buffer.from('y')]).toString('base64');
    const forms = [value, JSON.stringify({ value }), JSON.stringify(JSON.stringify({ value })), encodeURIComponent(value),
      shifted(0), shifted(1), shifted(2), bytes.toString('base64url'), bytes.toString('hex'), bytes.toString('hex').toUpperCase()];
    for (const form of forms) { console.log('printed ' + form + ' end'); console.error('complained ' + form + ' end'); }
    // Lines that are cut: wherever the cut is, it cuts through a value.
    for (const width of [3985, 16370]) console.log('x'.repeat(width) + value.replaceAll('\\n', ' ').repeat(40));
  }`;
}

/** Files below some folders that hold one of the texts, a line for each. */
export async function filesHolding(folders: readonly string[], texts: readonly string[]): Promise<Found> {
  const found: string[] = [];
  let files = 0;
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      // What goes while it is looked at cannot be found any more.
      const content = await readFile(path).catch(() => Buffer.alloc(0));
      files += 1;
      for (const text of texts) if (content.includes(text)) found.push(`${path}: ${text}`);
    }
  }
  return { found, looked: files };
}

/** Rows of every table whose text holds one of the texts, a line for each. */
export async function rowsHolding(connectionString: string, texts: readonly string[]): Promise<Found> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    // What is only in memory so far is in the files afterwards.
    await client.query('checkpoint');
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `select row::text from ${name} as row where exists (select 1 from unnest($1::text[]) as text where position(text in row::text) > 0)`,
        // The text of a row has its quotes and backslashes doubled.
        [texts.flatMap((text) => [text, text.replaceAll('\\', '\\\\').replaceAll('"', '""')])],
      );
      found.push(...rows.map(({ row }) => `${name}: ${row}`));
    }
    return { found, looked: tables.length };
  } finally {
    await client.end();
  }
}

interface Found {
  readonly found: readonly string[];
  /** How many were looked at. */
  readonly looked: number;
}
