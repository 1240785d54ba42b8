import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const tree = join(import.meta.dirname, '../..');

/** A program that was built later than this tree: of another version, with one more migration of the database. */
export interface LaterBuild extends AsyncDisposable {
  readonly version: string;
  /** Name of its migration. */
  readonly migration: string;
  /** What `startCommand` starts. */
  readonly entry: string;
}

/** What a later version does to the database that this one knows nothing of: it adds, and takes nothing away. */
const migrationFile = `
import { type Kysely, sql } from 'kysely';

export const later = {
  up: async (db: Kysely<never>): Promise<void> => {
    await sql\`create table app.later (id text primary key)\`.execute(db);
    await sql\`alter table app.run add column later text\`.execute(db);
  },
};
`;

export async function laterBuild(version = '99.0.0'): Promise<LaterBuild> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'deployer-later-')));
  const migration = '9999-later';
  for (const name of ['src', 'examples']) await cp(join(tree, name), join(folder, name), { recursive: true });
  await symlink(join(tree, 'node_modules'), join(folder, 'node_modules'));
  const facts = JSON.parse(await readFile(join(tree, 'package.json'), 'utf8')) as object;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...facts, version }));
  await writeFile(join(folder, 'src', 'store', 'migrations', `${migration}.ts`), migrationFile);
  const list = join(folder, 'src', 'store', 'migrate.ts');
  const text = await readFile(list, 'utf8');
  const changed = text
    .replace('import type { Tables }', `import { later } from './migrations/${migration}.ts';\n$&`)
    .replace("'0001-tables': tables,", `$&\n  '${migration}': later,`);
  if (changed.split(migration).length !== 3) throw new Error(`${list} is not as it was`);
  await writeFile(list, changed);
  return {
    version,
    migration,
    entry: join(folder, 'src', 'main.ts'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
