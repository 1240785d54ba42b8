import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { shipToFailure } from '../harness/failed-run.ts';
import { type Flaw, helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, type Project } from '../harness/project.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const approver = 'approver@example.com';
const tester = 'tester@example.com';

function firstCommit(key: string, flaw?: Flaw): Project {
  const project = openProject(home, key);
  const spec = helloSpec({
    production: {
      approval: { approvers: [approver] },
      gates: ['smoke', 'rollback-rehearsal', 'uat'],
      uat: { testers: [tester] },
      watch: { seconds: 2, minRequests: 5, probe: { path: '/work' }, errorRate: 0.1 },
    },
  });
  project.commit({
    'deployer.yaml': {
      ...spec,
      integration: { key },
      tests: { smoke: { run: 'true', writes: false } },
    },
    [helloFile]: helloProgram(flaw === undefined ? {} : { flaw }),
  });
  return project;
}

/** Ships HEAD and approves it. Returns the run, which goes on to where it waits for acceptance, or fails. */
async function shipApproved(project: Project): Promise<string> {
  const { code, run } = await project.ship();
  expect(code).toBe(3);
  await project.run(['approve', run], { user: approver });
  await project.run(['run', run, '--follow']);
  return run;
}

async function verdicts(project: Project, run: string): Promise<readonly string[]> {
  return (await project.view(run)).stages.map(({ name, verdict }) => `${name} ${verdict}`);
}

test('the first deploy goes through the stages of the second, one by one', async () => {
  const hello = firstCommit('same');
  const first = await shipApproved(hello);
  await hello.run(['uat', 'pass', first], { user: tester });
  expect(await hello.run(['run', first, '--follow'])).toMatchObject({ code: 0 });
  hello.commit({ [helloFile]: helloProgram({ says: 'second' }) });
  const second = await shipApproved(hello);
  await hello.run(['uat', 'pass', second], { user: tester });
  expect(await hello.run(['run', second, '--follow'])).toMatchObject({ code: 0 });

  expect(await verdicts(hello, first)).toEqual(await verdicts(hello, second));
  expect(await verdicts(hello, first)).toContain('rollback-rehearsal pass');
  const { stages } = await hello.view(first);
  expect(stages.find(({ name }) => name === 'rollback-rehearsal')?.reason).toContain('second deployment');
});

test('a first deploy that does not start leaves nothing behind', async () => {
  const hello = firstCommit('crashes', 'crashes');
  const run = await shipApproved(hello);
  expect(await verdicts(hello, run)).toContain('prepare fail');
  await expectOffTheAir(hello);
});

test('a first deploy that fails its watch is taken off the air', async () => {
  const hello = firstCommit('watched', 'fails users');
  const run = await shipApproved(hello);
  expect(await verdicts(hello, run)).toContain('watch fail');
  await expectOffTheAir(hello);
});

test('a first deploy that is not accepted is taken off the air', async () => {
  const hello = firstCommit('not-accepted');
  const run = await shipApproved(hello);
  const production = await hello.environment('production');
  expect(await ask(production)).toMatchObject({ status: 200 });
  const args = ['uat', 'fail', run, '--note', 'too terse'];
  expect(await hello.run(args, { user: tester })).toMatchObject({ code: 0 });
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 1 });
  await expectOffTheAir(hello);
});

test('a first deploy that fails a check at its preview never goes on the air', async () => {
  const hello = openProject(home, 'checked');
  const spec = helloSpec({ production: { approval: { none: 'a test' }, gates: ['smoke'] } });
  hello.commit({
    'deployer.yaml': {
      ...spec,
      integration: { key: 'checked' },
      tests: { smoke: { run: 'false', writes: false } },
    },
    [helloFile]: helloProgram(),
  });
  expect((await shipToFailure(hello)).stage).toMatchObject({ name: 'smoke' });
  await expectOffTheAir(hello);
});

async function expectOffTheAir(project: Project): Promise<void> {
  const production = await project.environment('production');
  expect(production).toMatchObject({ live: null, candidate: null, previous: null });
  expect(production.deployments.filter(({ stable, share }) => stable || share > 0)).toEqual([]);
  // Before anything was prepared there is no edge, so nobody can have an address.
  if (production.url !== null) expect(await ask(production)).toMatchObject({ status: 503, deployment: null });
}
