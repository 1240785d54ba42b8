import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

import { type Home, homeAt } from '../../src/lib/home.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startPostgres, stopPostgres } from '../../src/store/embedded/postgres.ts';
import { migrate } from '../../src/store/migrate.ts';

/** An embedded PostgreSQL of its own, as a server starts it, with as many databases as tests ask for. */
export interface TestPostgres extends AsyncDisposable {
  readonly home: Home;
  /** Connection string of a new database that has every migration. */
  createDatabase(): Promise<string>;
  /** Connection string of a new database with nothing in it. */
  createEmptyDatabase(): Promise<string>;
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const home = homeAt(await mkdtemp(join(tmpdir(), 'deployer-pg-')));
  const server = await startPostgres(home);
  const template = await createFrom(server, 'template', null);
  const database = openDatabase(template);
  await migrate(database.db);
  // Nobody may be connected to a database that is copied.
  await database.close();
  let count = 0;
  return {
    home,
    createDatabase: () => createFrom(server, `test_${(count += 1)}`, 'template'),
    createEmptyDatabase: () => createFrom(server, `test_${(count += 1)}`, null),
    [Symbol.asyncDispose]: async () => {
      await stopPostgres(home);
      await removeHome(home);
    },
  };
}

/** Removes a home and the place outside of it where data of a database lives when root starts it. */
export async function removeHome(home: Home): Promise<void> {
  await rm(home.root, { recursive: true, force: true });
  if (process.getuid?.() === 0) await rm(dataRootOf(home), { recursive: true, force: true });
}

/** Where the data of a home's database lives when root starts it (contract section 3). */
function dataRootOf(home: Home): string {
  const hash = createHash('sha256').update(home.root).digest('hex').slice(0, 16);
  return join('/var/lib/deployer', hash);
}

async function createFrom(server: string, name: string, template: string | null): Promise<string> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`create database ${name}${template === null ? '' : ` template ${template}`}`);
  } finally {
    await client.end();
  }
  return server.replace(/\/deployer\?/, `/${name}?`);
}
