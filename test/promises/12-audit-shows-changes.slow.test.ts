import { Client, type QueryResult } from 'pg';
import { expect, test } from 'vitest';

import type { AuditView } from '../../src/api/views/audit.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { ask } from '../harness/users.ts';

// Promise 12: what was audited cannot be changed without showing. The act and its audit row commit together.

const home = await homeOfThisFile();
const approver = 'ops@example.com';
const hello = openProject(home, 'hello');
const spec = helloSpec({ production: { approval: { approvers: [approver] } } });
hello.commit({ 'deployer.yaml': spec, [helloFile]: helloProgram({ says: 'one' }) });

const audit = (...args: readonly string[]): Promise<AuditView> => hello.read<AuditView>('audit', ...args);

test('every act of a person is there with who, what and why, and none that was refused', async () => {
  const { run, result } = await hello.ship('--note', 'the first');
  expect(result.waiting?.kind).toBe('approval');
  await hello.refused(['approve', run]);
  expect(await hello.run(['approve', run, '--reason', 'looked at it'], { user: approver })).toMatchObject({
    code: 0,
  });
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
  await hello.read('freeze', 'production', '--reason', 'a fair');
  await hello.read('unfreeze', 'production', '--reason', 'it is over');
  const { entries, chain } = await audit();
  expect(chain).toMatchObject({ broken: null, contains: null });
  const acts = entries.map(({ action, subject, by }) => `${by}: ${action} ${subject}`).toReversed();
  expect(acts).toEqual([
    `engineer@example.com: ship ${run}`,
    `${approver}: approve ${run}`,
    'engineer@example.com: switch production',
    `deployer: run ended ${run}`,
    'engineer@example.com: freeze production',
    'engineer@example.com: unfreeze production',
  ]);
  expect(entries.find(({ action }) => action === 'freeze')?.detail).toMatchObject({ reason: 'a fair' });
});

test('an act whose audit row cannot be written leaves nothing, and is done when it can', async () => {
  hello.commit({ [helloFile]: helloProgram({ says: 'two' }) });
  const { run } = await hello.ship();
  const { release } = await hello.view(run);
  const acts = [
    ['approve', run],
    ['reject', run, '--reason', 'wrong model'],
    ['cancel', run],
    ['freeze', 'production', '--reason', 'a fair'],
    ['hold', release ?? '', '--reason', 'wrong model'],
    ['secret', 'set', 'hello/api#token'],
    ['ship', '--detach'],
  ];
  const before = await whatIsDecided();
  await inDatabase(refuseAudit);
  for (const act of acts) {
    const ran = await hello.run(act, { user: approver, input: 'a value that is long enough' });
    expect({ act, ...ran }).toMatchObject({ act, code: 70 });
  }
  expect(await whatIsDecided()).toEqual(before);
  await inDatabase(allowAudit);
  expect(await hello.run(['approve', run], { user: approver })).toMatchObject({ code: 0 });
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'two' });
});

test('what somebody writes into the database past Deployer shows: in `audit`, in `doctor`, by exit code', async () => {
  const { chain, entries } = await audit();
  const kept = chain?.head ?? '';
  expect((await audit('--contains', kept)).chain?.contains).toBe(true);
  const approval = entries.find(({ action }) => action === 'approve');
  await inDatabase(`update app.audit set identity = 'somebody@example.com' where id = ${approval?.id}`);
  const told = await hello.run(['audit']);
  expect(told.code).toBe(1);
  expect(told.out).toContain(`entry ${approval?.id} was changed`);
  const doctor = await hello.run(['doctor']);
  expect(doctor.code).toBe(1);
  expect(doctor.out).toContain(`entry ${approval?.id} was changed`);

  await inDatabase(`update app.audit set identity = '${approver}' where id = ${approval?.id}`);
  expect((await audit()).chain).toEqual(chain);

  await hello.read('freeze', 'production', '--reason', 'one more');
  const newest = (await audit()).chain?.head ?? '';
  await inDatabase(`
    delete from app.audit where id = (select max(entry) from app.audit_link);
    delete from app.audit_link where position = (select max(position) from app.audit_link)`);
  const cut = await hello.run(['audit', '--contains', newest]);
  expect(cut.code).toBe(1);
  expect(cut.out).toContain('No entry has that digest');
  expect((await audit('--contains', kept)).chain?.contains).toBe(true);
});

const refuseAudit = `
  create function app.refuse_audit() returns trigger language plpgsql as
    $$ begin raise exception 'the audit cannot be written'; end $$;
  create trigger refuse_audit before insert on app.audit for each row execute function app.refuse_audit()`;
const allowAudit = 'drop function app.refuse_audit() cascade';

/** What acts of people write; the rest changes by itself, with what runs and what is seen of it. */
const decided = [
  ...['audit', 'audit_link', 'decision', 'freeze', 'hold', 'secret', 'waiver', 'run', 'stage'].map(
    (name) => `app.${name}`,
  ),
  'dbos.workflow_status',
];

async function whatIsDecided(): Promise<Readonly<Record<string, unknown>>> {
  const rows = await inDatabase(
    decided.map((name) => `select t::text as row from ${name} t order by 1;`).join('\n'),
  );
  return Object.fromEntries(decided.map((name, at) => [name, rows[at + 1]?.rows.map(({ row }) => row)]));
}

/** As the owner of the database can: without its triggers. Results of each statement. */
async function inDatabase(statements: string): Promise<readonly QueryResult[]> {
  const client = new Client({ connectionString: await home.databaseUrl() });
  await client.connect();
  try {
    const results: unknown = await client.query(`set session_replication_role = replica; ${statements}`);
    return results as readonly QueryResult[];
  } finally {
    await client.end();
  }
}
