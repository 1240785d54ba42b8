import type { Home } from '../../lib/home.ts';
import { readDatabaseFile } from './database-file.ts';

/** What a server and its own database, if it has one, say of themselves: held open by them, and never opened anew. */
export async function serverLogs(home: Home): Promise<readonly string[]> {
  const database = await readDatabaseFile(home);
  return [home.serverLog, ...(database === null ? [] : [database.paths.log])];
}
