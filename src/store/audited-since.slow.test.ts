import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestPostgres, type TestPostgres } from '../../test/harness/database.ts';
import { deployerItself, writeAudit } from './audit.ts';
import { auditPosition, integrationsSince, positionBefore } from './audited-since.ts';
import { type Database, openDatabase } from './database.ts';

let postgres: TestPostgres;
let database: Database;

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(await postgres.createDatabase());
});

afterAll(async () => {
  await database.close();
  await postgres[Symbol.asyncDispose]();
});

async function act(integration: string | null): Promise<void> {
  await database.transaction(({ db }) =>
    writeAudit(db, { integration, actor: deployerItself, action: 'ship', subject: 'one', detail: {} }),
  );
}

test('who sees to some at a time and goes on from the last sees to all, also of what was done in between', async () => {
  const { db } = database;
  const began = new Date();
  for (const integration of ['desk', 'shop', null, 'desk', 'mail', 'shop', null]) await act(integration);
  expect(await positionBefore(db, began)).toBe('0');
  const seen: string[] = [];
  let position = '0';
  for (let round = 0; round < 10; round += 1) {
    const changed = await integrationsSince(db, { position, limit: 1 });
    for (const found of changed) {
      seen.push(found.integration);
      position = found.position;
    }
    if (round === 1) await act('desk');
  }
  expect(seen).toEqual(['desk', 'mail', 'shop', 'desk']);
  expect(position).toBe(await auditPosition(db));
  expect(await positionBefore(db, new Date(Date.now() + 60_000))).toBeNull();
});
