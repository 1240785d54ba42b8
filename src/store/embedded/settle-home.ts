import { DeployerError } from '../../errors.ts';
import type { Home } from '../../lib/home.ts';
import { recordHome } from '../../lib/home-standing.ts';
import { hostIdentity, readHostFile } from '../../lib/host-identity.ts';
import { isRunning } from '../../lib/process-identity.ts';
import { readDatabaseFile, saveDatabaseFile } from './database-file.ts';
import { databasePaths, databaseUser } from './paths.ts';

/**
 * Before anything of a home is touched, by whoever has its lock: writes down where the home is, and brings its database
 * along when it was moved. Throws `host_taken` when it is a copy of one that is still there.
 *
 * @param hasDatabase the home has a database of its own, and not one that it shares
 */
export async function settleHome(
  home: Home,
  { hasDatabase }: { readonly hasDatabase: boolean },
): Promise<void> {
  if (hasDatabase && (await readHostFile(home)) === null) await refuseNameless(home);
  await hostIdentity(home);
  await recordHome(home, async (from) => {
    if (hasDatabase) await moveDatabase(home, from);
  });
}

/** Without its `host.json` a copy could not be told from what it is a copy of. */
async function refuseNameless(home: Home): Promise<void> {
  if ((await readDatabaseFile(home)) === null) return;
  throw new DeployerError('home_invalid', {
    message: `${home.hostFile} is missing, though this home has a database: whose it is cannot be told.`,
    hint: `Put ${home.hostFile} back from a copy. To begin anew without its history: mv ${home.root} ${home.root}.old`,
  });
}

/** As root the database lies beside the home, and stays where it is. */
async function moveDatabase(home: Home, from: string): Promise<void> {
  const file = await readDatabaseFile(home);
  if (file === null) return;
  if (file.process !== null && (await isRunning(file.process))) {
    throw new DeployerError('host_taken', {
      message: `${home.root} was moved from ${from} while what is in it was running. Nothing was changed.`,
      hint: `mv ${home.root} ${from} && DEPLOYER_HOME=${from} deployer stop --all && mv ${from} ${home.root}`,
    });
  }
  const paths = databaseUser() === null ? databasePaths(home, file.version) : file.paths;
  await saveDatabaseFile(home, { ...file, paths, process: null });
}
