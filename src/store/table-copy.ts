import type pg from 'pg';

import type { Transaction } from './database.ts';

/** A table as a backup has it: columns by name, so that one which a later version added keeps its default. */
export interface CopiedTable {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
}

export interface CopiedSequence {
  readonly schema: string;
  readonly sequence: string;
  readonly value: string;
}

/** Who is alive belongs to a moment, and versions of the schemas to the program. */
const leftOut = ['app.worker', 'app.kysely_migration', 'app.kysely_migration_lock', 'dbos.dbos_migrations'];

const rowsAtOnce = 500;

/** Texts of values do not depend on whose session it is. */
const settings = `set local timezone to 'UTC'; set local datestyle to 'ISO, YMD'; set local intervalstyle to 'postgres';
  set local bytea_output to 'hex'; set local extra_float_digits to 1`;

/** Does something with the database as it is at one moment, whatever is written meanwhile. */
export async function atOneMoment<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    await client.query(settings);
    return await work(client);
  } finally {
    await client.query('rollback').catch((error: Error) => (broken = error));
    client.release(broken);
  }
}

/** Every table, those that others refer to first. */
export async function tablesOf(client: pg.PoolClient): Promise<readonly CopiedTable[]> {
  const { rows } = await client.query<CopiedTable>(
    `select n.nspname as schema, c.relname as table,
       array(select attname::text from pg_attribute
         where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('app', 'dbos') and c.relkind = 'r' and not (n.nspname || '.' || c.relname = any($1))
     order by 1, 2`,
    [leftOut],
  );
  const { rows: references } = await client.query<{ child: string; parent: string }>(
    `select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint
     where contype = 'f' and connamespace in (select oid from pg_namespace where nspname in ('app', 'dbos'))`,
  );
  return parentsFirst(rows, references);
}

function parentsFirst(
  tables: readonly CopiedTable[],
  references: readonly { readonly child: string; readonly parent: string }[],
): readonly CopiedTable[] {
  const nameOf = ({ schema, table }: CopiedTable): string => `${schema}.${table}`;
  const done = new Set<string>();
  const ordered: CopiedTable[] = [];
  for (let left = tables; left.length > 0; left = left.filter((table) => !done.has(nameOf(table)))) {
    const next = left.filter((table) =>
      references.every(
        ({ child, parent }) => child !== nameOf(table) || parent === child || done.has(parent),
      ),
    );
    if (next.length === 0)
      throw new Error(`tables refer to each other in a circle: ${left.map(nameOf).join()}`);
    for (const table of next) done.add(nameOf(table));
    ordered.push(...next);
  }
  return ordered;
}

/** Rows of a table as lines of JSON, each an array of the texts of its columns, so many lines at once. */
export async function* linesOf(client: pg.PoolClient, table: CopiedTable): AsyncGenerator<readonly string[]> {
  const texts = table.columns.map((column) => `${client.escapeIdentifier(column)}::text`).join(', ');
  await client.query(
    `declare copied no scroll cursor for select json_build_array(${texts})::text as line from ${quoted(client, table)}`,
  );
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${rowsAtOnce} from copied`);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => line);
  }
  await client.query('close copied');
}

export async function sequencesOf(client: pg.PoolClient): Promise<readonly CopiedSequence[]> {
  const { rows } = await client.query<CopiedSequence>(
    `select schemaname as schema, sequencename as sequence, last_value::text as value from pg_sequences
     where schemaname in ('app', 'dbos') and last_value is not null order by 1, 2`,
  );
  return rows;
}

/** Names of the migrations that the database has. */
export async function migrationsOf(client: pg.PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select name from app.kysely_migration order by name',
  );
  return rows.map(({ name }) => name);
}

export async function integrationsOf(client: pg.PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>('select key from app.integration order by key');
  return rows.map(({ key }) => key);
}

/** Writes lines of `linesOf` into the table. */
export async function insertLines(
  { client }: Transaction,
  table: CopiedTable,
  lines: readonly string[],
): Promise<void> {
  if (lines.length === 0) return;
  const { rows } = await client.query<{ name: string; type: string }>(
    `select attname::text as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
    [quoted(client, table)],
  );
  const types = new Map(rows.map(({ name, type }) => [name, type]));
  const missing = table.columns.find((column) => !types.has(column));
  if (missing !== undefined) throw new Error(`${table.schema}.${table.table} has no column ${missing}`);
  const columns = table.columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const values = table.columns.map((column, index) => `(row->>${index})::${types.get(column)}`).join(', ');
  await client.query(settings);
  for (let from = 0; from < lines.length; from += rowsAtOnce) {
    await client.query(
      `insert into ${quoted(client, table)} (${columns}) overriding system value
       select ${values} from json_array_elements($1::json) as row`,
      [`[${lines.slice(from, from + rowsAtOnce).join(',')}]`],
    );
  }
}

export async function setSequence(
  { client }: Transaction,
  { schema, sequence, value }: CopiedSequence,
): Promise<void> {
  await client.query('select setval(to_regclass($1)::regclass, $2::bigint)', [
    `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(sequence)}`,
    value,
  ]);
}

function quoted(client: pg.PoolClient, { schema, table }: CopiedTable): string {
  return `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}`;
}
