import type { Client } from 'pg';

/**
 * Copies everything that is recorded about an integration, under the keys `<key>-<from>` to `<key>-<to - 1>`: names of
 * runs and integrations follow the key, and digests get the number in their last eight digits. What stands within JSON
 * stays as it is.
 */
export async function cloneIntegration(
  database: Client,
  key: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  for (const table of tables) {
    const columns = await columnsOf(database, table);
    const list = columns.map(({ name }) => `"${name}"`).join(', ');
    const values = columns.map(({ name, type }) => (type === 'text' ? copied(name) : `original."${name}"`));
    await database.query(
      `insert into app.${table} (${list}) select ${values.join(', ')}
       from generate_series($1::integer, $2::integer) as clone, app.${table} original
       where ${whereOf(columns.map(({ name }) => name))} on conflict do nothing`,
      [from, to - 1, key],
    );
  }
  await database.query(
    `insert into app.host (id, name, home, seen_at) values ('another', 'another', '/', now()) on conflict do nothing`,
  );
  await database.query(
    `update app.environment set host = 'another' where starts_with(integration, $1 || '-')`,
    [key],
  );
  await database.query('analyze');
}

/** A value as the copy has it. */
function copied(column: string): string {
  const value = `original."${column}"`;
  return `case
    when ${value} = $3 or ${value} ~ ('^' || $3 || '-[0-9]+$')
      then $3 || '-' || clone || substr(${value}, length($3) + 1)
    when ${value} like 'sha256:%' then left(${value}, -8) || lpad(to_hex(clone), 8, '0')
    else ${value} end`;
}

const tables = [
  'integration',
  'environment',
  'configuration',
  'policy',
  'release',
  'deployment',
  'run',
  'stage',
  'run_event',
  'evidence',
  'decision',
  'switch',
  'audit',
] as const;

/** Those that the database does not number by itself. */
async function columnsOf(
  database: Client,
  table: string,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const { rows } = await database.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = 'app' and table_name = $1 and is_identity = 'NO' order by ordinal_position`,
    [table],
  );
  return rows;
}

/** Rows of the original: by the integration, by its runs, or all where they belong to none. */
function whereOf(columns: readonly string[]): string {
  if (columns.includes('integration')) return 'original.integration = $3';
  if (columns.includes('next_run')) return 'original.key = $3';
  if (columns.includes('run')) return `original.run ~ ('^' || $3 || '-[0-9]+$')`;
  return `right(original.digest, 8) not like '0000%' and $3 <> ''`;
}
