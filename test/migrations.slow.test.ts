import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { homeOfThisFile } from './harness/deployer-home.ts';
import { type Flaw, helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { type Changes, openProject } from './harness/project.ts';
import { ask } from './harness/users.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
const data = join(home.scratch, 'data');
const approver = { user: 'approver@example.com' };

interface Version {
  readonly says: string;
  readonly flaw?: Flaw;
  readonly migration?: { readonly kind: string; readonly name: string };
}

/** Its migration writes its name down, in a file that the environment names. */
function version({ says, flaw, migration }: Version): Changes {
  const spec = helloSpec({
    production: {
      env: { DATA: data },
      approval: { approvers: [approver.user] },
      watch: { seconds: 2, minRequests: 5, errorRate: 0.1, probe: { path: '/work' } },
    },
  });
  const script = `echo "${migration?.name} for $DEPLOYER_ENVIRONMENT" >> "$DATA"\n`;
  return {
    'deployer.yaml':
      migration === undefined
        ? spec
        : {
            ...spec,
            migrations: { run: 'sh migrations/run.sh', kind: migration.kind, files: ['migrations/*'] },
          },
    ...(migration === undefined ? {} : { 'migrations/run.sh': script }),
    [helloFile]: helloProgram({ says, ...(flaw === undefined ? {} : { flaw }) }),
  };
}

async function migrated(): Promise<readonly string[]> {
  return existsSync(data) ? (await readFile(data, 'utf8')).trimEnd().split('\n') : [];
}

/** Ships to the approval, shows what the approver is shown, and goes on to the end. */
async function shipApproved(own: Version) {
  hello.commit(version(own));
  const { run } = await hello.ship();
  const { out, err } = await hello.run(['approve', run], approver);
  const ended = await hello.run(['run', run, '--follow', '--json'], approver);
  return {
    run,
    shown: `${out}${err}`.replaceAll(/\s+/g, ' '),
    view: await hello.view(run),
    code: ended.code,
  };
}

test('an integration migrates its data: once each, with the way back cut where it says so', async () => {
  const first = await shipApproved({ says: 'first' });
  expect(first.view.state).toBe('succeeded');

  const grown = { kind: 'expand', name: 'grown' };
  const expand = await shipApproved({ says: 'second', migration: grown });
  expect(expand.view).toMatchObject({ state: 'succeeded' });
  expect(expand.shown).toContain('Brings an expand migration (`sh migrations/run.sh`)');
  expect(expand.shown).toContain('going back ready');
  expect((await hello.environment('production')).previous?.rollback).toMatchObject({ ready: true });

  expect(await migrated()).toEqual(['grown for production']);

  const bad = await shipApproved({
    says: 'third',
    flaw: 'fails users',
    migration: { kind: 'contract', name: 'shrunk' },
  });
  expect(bad.shown).toContain('Brings a contract migration');
  expect(bad.shown).toContain('not ready: its contract migration leaves no way back to production-2');
  expect(bad.view).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(
      /could not be undone: production-3 keeps the users, as there is no way back/,
    ),
  });
  expect(await migrated()).toEqual(['grown for production', 'shrunk for production']);
  const production = await hello.environment('production');
  expect(production).toMatchObject({
    live: { deployment: 'production-3' },
    previous: { deployment: 'production-2', rollback: { ready: false } },
    frozen: { by: 'deployer', until: null, reason: expect.stringContaining(bad.run) },
  });
  expect(await ask(production, '/')).toMatchObject({ text: 'third', deployment: 'production-3' });

  const refused = await hello.refused(['rollback', 'production']);
  expect(refused).toMatchObject({ exit: 1, code: 'rollback_not_ready' });
  expect(refused.message).toContain(
    `a contract migration has run that its release does not know (${bad.run})`,
  );

  const status = (await hello.run(['status'])).out.replaceAll(/\s+/g, ' ');
  expect(status).toContain('frozen by deployer');
  expect(status).toContain('deployer unfreeze production');
  expect(status).toContain('no rollback: there is no way back to production-2');
});
