import { Client } from 'pg';

import { DeployerError } from '../errors.ts';
import { unfinishedRestore } from './unfinished-restore.ts';

/** A database of somebody else's that a restore fills as it is, as there is no other to put in its place. */
export interface ExternalPlace extends AsyncDisposable {
  /** Its connection string, once it is empty. Throws `home_in_use`. */
  empty(): Promise<string>;
  /** All is there: servers may use it. */
  exchange(): Promise<void>;
}

/**
 * While it is filled, a comment on schema `app` says so. Servers refuse such a database, so nobody uses what is in it,
 * and the next restore clears it. One restore at a time: a session has a lock, from the clearing until the comment
 * goes.
 */
export function externalPlace(url: string): ExternalPlace {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    keepAlive: true,
  });
  // Whoever asks it next is told.
  client.on('error', () => undefined);
  let isOpen = false;
  return {
    async empty() {
      await client.connect();
      isOpen = true;
      await lockForRestore(client);
      await clear(client);
      return url;
    },
    async exchange() {
      await client.query('comment on schema app is null');
    },
    async [Symbol.asyncDispose]() {
      if (isOpen) await client.end();
    },
  };
}

async function lockForRestore(client: Client): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(
    "select pg_try_advisory_lock(hashtextextended('deployer restoring', 0)) as locked",
  );
  if (rows[0]?.locked === true) return;
  throw new DeployerError('home_in_use', {
    message: 'Another restore into the database that DEPLOYER_DATABASE_URL names is going on.',
    hint: 'Wait until it has ended, or set DEPLOYER_DATABASE_URL to another database.',
  });
}

/** In one transaction, so that a schema of ours without the comment always belongs to a server. */
async function clear(client: Client): Promise<void> {
  await client.query('begin');
  try {
    // A server that begins makes the schema under this lock.
    await client.query("select pg_advisory_xact_lock(hashtext('deployer schema'))");
    const { rows } = await client.query<{ name: string; said: string | null }>(
      `select nspname as name, obj_description(oid, 'pg_namespace') as said
       from pg_namespace where nspname in ('app', 'dbos')`,
    );
    const isLeftOver = rows.some(({ name, said }) => name === 'app' && said === unfinishedRestore);
    if (rows.length > 0 && !isLeftOver) throw inUse();
    if (isLeftOver) await client.query('drop schema if exists app, dbos cascade');
    await client.query(`create schema app; comment on schema app is '${unfinishedRestore}'`);
    await client.query('commit');
  } catch (error) {
    // With a broken connection it is undone anyway, and this would hide why.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

function inUse(): DeployerError {
  return new DeployerError('home_in_use', {
    message: 'The database that DEPLOYER_DATABASE_URL names has data of a server. Nothing was changed.',
    hint: 'Set DEPLOYER_DATABASE_URL to an empty database, then restore into it.',
  });
}
