import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { homeAt, type Home } from '../lib/home.ts';
import { readHostFile } from '../lib/host-identity.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { settleRestored } from '../store/restored.ts';
import { insertLines, setSequence } from '../store/table-copy.ts';
import type { Restored } from '../core/convergence/restored.ts';
import { copiedSequences, copiedTable, entries } from './format.ts';
import { type LaidOut, readEntry } from './lay-out.ts';
import { settleResidentPorts } from './resident-ports.ts';

export interface Loading {
  readonly home: Home;
  readonly file: string;
  readonly backup: LaidOut;
  readonly restored: Restored;
  /** Names of deployments that a place has, by `integration/environment`. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
  /** Makes the engine's own tables. */
  readonly migrateEngine: (connectionString: string) => Promise<void>;
}

/** Fills an empty database from a backup, and writes down in it that it is restored: all at once, or not at all. */
export async function loadDatabase(connectionString: string, loading: Loading): Promise<void> {
  const { home, file, backup, restored, seen } = loading;
  const database = openDatabase(connectionString);
  try {
    await migrate(database.db, backup.facts.migrations.at(-1));
    await loading.migrateEngine(connectionString);
    const parts = (await readdir(join(backup.folder, entries.database))).toSorted();
    const sequences = await readEntry(file, backup.folder, entries.sequences, copiedSequences);
    await database.transaction(async (transaction) => {
      for (const part of parts) {
        const [head = '', ...lines] = (
          await readFile(join(backup.folder, entries.database, part), 'utf8')
        ).split('\n');
        await insertLines(transaction, copiedTable.parse(JSON.parse(head)), lines);
      }
      for (const sequence of sequences) await setSequence(transaction, sequence);
    });
    // What is written down of the restore needs the tables of this version.
    await migrate(database.db);
    const host = await readHostFile(homeAt(join(backup.folder, entries.home)));
    await database.transaction(async ({ db }) => {
      const movedResidents = host === null ? [] : await settleResidentPorts(db, { home, host: host.id });
      await settleRestored(db, { restored, file, seen, movedResidents });
    });
  } finally {
    await database.close();
  }
}
