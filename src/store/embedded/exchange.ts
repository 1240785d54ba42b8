import { Client } from 'pg';

import type { Home } from '../../lib/home.ts';
import { connectionString, readDatabaseFile } from './database-file.ts';

const restoring = 'deployer_restoring';
const replaced = 'deployer_replaced';

/** An empty database beside the one of a home whose PostgreSQL runs; its connection string. */
export async function databaseBeside(home: Home): Promise<string> {
  const file = await readDatabaseFile(home);
  if (file === null) throw new Error('the database does not run');
  await asOwner(connectionString(file, 'postgres'), async (client) => {
    // Left by a restore that was killed.
    await client.query(`drop database if exists ${restoring} with (force)`);
    await client.query(`create database ${restoring}`);
  });
  return connectionString(file, restoring);
}

/** Puts the database beside in the place of the home's, whose data goes. Nobody else may be connected to it. */
export async function exchangeDatabases(home: Home): Promise<void> {
  const file = await readDatabaseFile(home);
  if (file === null) throw new Error('the database does not run');
  await asOwner(connectionString(file, 'postgres'), async (client) => {
    await client.query(`drop database if exists ${replaced} with (force)`);
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname in ('deployer', '${restoring}')`,
    );
    // One transaction: a crash leaves the one or the other.
    await client.query(
      `begin; alter database deployer rename to ${replaced}; alter database ${restoring} rename to deployer; commit`,
    );
    await client.query(`drop database if exists ${replaced} with (force)`);
  });
}

async function asOwner(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
  });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
