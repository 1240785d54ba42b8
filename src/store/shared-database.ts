import { Client } from 'pg';

import { DeployerError } from '../errors.ts';
import { messageOf } from '../lib/message-of.ts';
import { isNodeError } from '../lib/node-error.ts';

const patienceMs = 10_000;

/**
 * The PostgreSQL that several servers and workers share; null: a home has one of its own. Throws `database_failed`,
 * which says what to correct, when nothing can be done with the one that is named.
 */
export async function sharedDatabase(): Promise<string | null> {
  const named = process.env['DEPLOYER_DATABASE_URL'];
  if (named === undefined || named === '') return null;
  await tryOut(named);
  return named;
}

async function tryOut(connectionString: string): Promise<void> {
  let client: Client | null = null;
  try {
    if (!isPostgresUrl(connectionString)) throw new Error('it is not a URL of PostgreSQL');
    client = new Client({ connectionString, connectionTimeoutMillis: patienceMs, query_timeout: patienceMs });
    // One that is lost later is not this one's to tell.
    client.on('error', () => undefined);
    await client.connect();
    const sql = `select has_database_privilege(current_database(), 'create') as may`;
    const { rows } = await client.query<{ may: boolean }>(sql);
    if (rows[0]?.may === false) throw new Error('its user may not create a schema in it');
  } catch (error) {
    throw new DeployerError('database_failed', {
      message: `The PostgreSQL that DEPLOYER_DATABASE_URL names${whichOf(connectionString)} cannot be used: ${reasonOf(error)}.`,
      hint: hintFor(error, connectionString),
      cause: error,
    });
  } finally {
    await client?.end().catch(() => undefined);
  }
}

function isPostgresUrl(text: string): boolean {
  return ['postgres:', 'postgresql:'].includes(URL.parse(text)?.protocol ?? '');
}

/** Without its password. */
function whichOf(connectionString: string): string {
  const url = URL.parse(connectionString);
  return url === null || url.hostname === '' ? '' : ` (${url.host}${url.pathname})`;
}

/** An attempt at several addresses fails without a text of its own. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return messageOf(first).replace(/\.$/, '');
}

/** Codes of PostgreSQL, appendix A: a database that does not exist, and users who may not log in. */
function hintFor(error: unknown, connectionString: string): string {
  const code = isNodeError(error) ? error.code : '';
  if (code === '3D000') {
    const name = decodeURIComponent(URL.parse(connectionString)?.pathname.slice(1) ?? '');
    return `Create it: createdb ${name}`;
  }
  if (code.startsWith('28')) return 'Correct user and password in DEPLOYER_DATABASE_URL.';
  return 'Correct DEPLOYER_DATABASE_URL (postgres://user:password@host:5432/database), or start that PostgreSQL.';
}
