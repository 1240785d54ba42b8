import { basename } from 'node:path';
import { expect, test } from 'vitest';

import type { Problem } from '../../src/core/definition/problem.ts';
import { engineer, homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, type Project } from '../harness/project.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const [author, coAuthor, one, two] = ['ann', 'bo', 'one', 'two'].map((name) => `${name}@example.com`) as [
  string,
  string,
  string,
  string,
];
const approvers = [author, coAuthor, engineer, one, two];
const byOne = await liveProject('by-one', { approvers });
const byTwo = await liveProject('by-two', { approvers, count: 2 });

/** An integration whose policy is in force: its first release is live. */
async function liveProject(key: string, approval: object): Promise<Project> {
  const project = openProject(home, key);
  const run = await shipToApproval(project, 'first', approval);
  for (const user of [one, two]) await project.run(['approve', run], { user });
  expect(await project.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
  return project;
}

async function shipToApproval(project: Project, says: string, approval?: object): Promise<string> {
  const spec = { ...helloSpec({ production: { approval } }), integration: { key: basename(project.folder) } };
  project.commit(
    {
      ...(approval === undefined ? {} : { 'deployer.yaml': spec }),
      [helloFile]: helloProgram({ says }),
    },
    { author: `Ann <${author}>`, message: `${says}\n\nCo-authored-by: Bo <${coAuthor}>` },
  );
  const { code, run, result } = await project.ship();
  expect(code).toBe(3);
  expect(result.waiting).toMatchObject({ kind: 'approval', next: `deployer approve ${run}` });
  return run;
}

async function approve(project: Project, run: string, user: string): Promise<void> {
  expect(await project.run(['approve', run], { user })).toMatchObject({ code: 0 });
}

async function untilDone(project: Project, run: string): Promise<void> {
  expect(await project.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
}

test('nobody may approve unless the definition names them', async () => {
  const hello = openProject(home, 'nobody');
  hello.commit({
    'deployer.yaml': helloSpec({ production: { approval: { count: 1 } } }),
    [helloFile]: helloProgram(),
  });
  const { code, out } = await hello.run(['check', '--json']);
  expect(code).toBe(2);
  const { problems } = JSON.parse(out) as { problems: readonly Problem[] };
  expect(problems.map(({ path }) => path)).toContainEqual(
    expect.stringContaining('environments.production.approval'),
  );
});

test('author, co-author, requester and strangers are refused; an approver counts', async () => {
  const run = await shipToApproval(byOne, 'second');
  for (const user of [author, coAuthor, engineer, 'stranger@example.com']) {
    const refused = await byOne.refused(['approve', run], { user });
    expect({ user, ...refused }).toMatchObject({ user, exit: 4, code: 'approval_not_allowed' });
    expect(refused.hint).toContain(`You are ${user}; DEPLOYER_USER=<address>`);
    // What they can do themselves.
    expect(refused.hint.includes(`deployer cancel ${run}`)).toBe(user !== 'stranger@example.com');
  }
  expect(await byOne.view(run)).toMatchObject({ state: 'waiting' });
  await approve(byOne, run, one);
  await untilDone(byOne, run);
  expect(await ask(await byOne.environment('production'))).toMatchObject({ text: 'second' });
});

test('of two that are needed, one person counts once', async () => {
  const run = await shipToApproval(byTwo, 'second');
  await approve(byTwo, run, one);
  await byTwo.run(['approve', run], { user: one });
  expect(await byTwo.view(run)).toMatchObject({ state: 'waiting', waiting: { kind: 'approval' } });
  await approve(byTwo, run, two);
  await untilDone(byTwo, run);
});

test('an approval is void when what it would replace has changed: it is asked again', async () => {
  const run = await shipToApproval(byTwo, 'third');
  await approve(byTwo, run, one);
  await byTwo.rollback('production');
  await approve(byTwo, run, two);
  // The first approval was for replacing another deployment.
  expect(await byTwo.view(run)).toMatchObject({ state: 'waiting', waiting: { kind: 'approval' } });
  await approve(byTwo, run, one);
  await untilDone(byTwo, run);
  expect(await ask(await byTwo.environment('production'))).toMatchObject({ text: 'third' });
});

test('author and requester may decide where the policy in force says so with a reason', async () => {
  const solo = openProject(home, 'solo');
  const run = await shipToApproval(solo, 'first', { approvers, self: 'a team of one' });
  await approve(solo, run, engineer);
  await untilDone(solo, run);
});

test('a rejected release does not get in', async () => {
  const run = await shipToApproval(byOne, 'third');
  expect(await byOne.run(['reject', run, '--reason', 'wrong model'], { user: one })).toMatchObject({
    code: 0,
  });
  expect(await byOne.run(['run', run, '--follow'])).toMatchObject({ code: 1 });
  expect(await byOne.view(run)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('wrong model'),
  });
  expect(await ask(await byOne.environment('production'))).toMatchObject({ text: 'second' });
});

test('a commit cannot loosen the policy that judges it: those who approved before approve the change', async () => {
  const loose = { approvers: [author, engineer], self: 'we trust ourselves' };
  const run = await shipToApproval(byTwo, 'fourth', loose);
  for (const user of [author, engineer]) {
    const refused = await byTwo.refused(['approve', run], { user });
    expect(refused).toMatchObject({ exit: 4, code: 'approval_not_allowed' });
  }
  await approve(byTwo, run, one);
  expect(await byTwo.view(run)).toMatchObject({ state: 'waiting', waiting: { kind: 'approval' } });
  // They are told what they let in.
  const shown = await byTwo.run(['approve', run], { user: two });
  expect(shown.out + shown.err).toContain('It changes the policy of production, for the releases after it');
  expect(shown.out + shown.err).toMatch(/self\s+null -> "we\s+trust\s+ourselves"/);
  await untilDone(byTwo, run);
  const next = await shipToApproval(byTwo, 'fifth');
  await approve(byTwo, next, engineer);
  await untilDone(byTwo, next);
});

test('a commit that loosens a limit or the watch, and needs that, fails by what is in force; its approver was told', async () => {
  const project = openProject(home, 'limits');
  const shipApproved = async (
    program: string,
    limits: { readonly p95Ms: number; readonly errorRate: number },
  ) => {
    const production = {
      approval: { approvers },
      gates: ['performance'],
      watch: { seconds: 1, minRequests: 3, errorRate: limits.errorRate, probe: { path: '/work' } },
    };
    const load = { path: '/', rate: 3, durationSeconds: 1 };
    project.commit({
      'deployer.yaml': {
        ...helloSpec({ production }),
        integration: { key: 'limits' },
        tests: { performance: { load, limits: { p95Ms: limits.p95Ms } } },
      },
      [helloFile]: program,
    });
    const { run } = await project.ship();
    const { out, err } = await project.run(['approve', run], { user: one });
    await project.run(['run', run, '--follow']);
    const { state, stages } = await project.view(run);
    return { shown: `${out}${err}`.replaceAll(/\s+/g, ' '), state, stages };
  };
  const strict = await shipApproved(helloProgram({ says: 'strict' }), { p95Ms: 1500, errorRate: 0.1 });
  expect(strict).toMatchObject({ state: 'succeeded' });

  const loose = { p95Ms: 60_000, errorRate: 1 };
  const slow = helloProgram({ says: 'slow', flaw: 'slow' }).replace('400', '2500');
  for (const [program, gate] of [
    [slow, 'performance'],
    [helloProgram({ says: 'failing', flaw: 'fails users' }), 'watch'],
  ]) {
    const { shown, state, stages } = await shipApproved(program ?? '', loose);
    expect(shown).toContain('It changes the policy of production, for the releases after it');
    expect(shown).toContain('p95Ms 1500 -> 60000');
    expect(shown).toContain('errorRate 0.1 -> 1');
    expect(state).toBe('failed');
    expect(stages.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toEqual([gate]);
    expect(await ask(await project.environment('production'), '/work')).toMatchObject({
      status: 200,
      text: 'strict',
    });
  }
});

test('check says which policy would judge a ship, and what it would change', async () => {
  const spec = {
    ...helloSpec({ production: { approval: { none: 'no time' } } }),
    integration: { key: 'by-one' },
  };
  byOne.commit({ 'deployer.yaml': spec });
  const { code, out } = await byOne.run(['check']);
  expect(code).toBe(0);
  expect(out).toMatch(/production {2}approval {2}prepare/);
  expect(out).toMatch(/Judged by the policy in force\n {2}production {2}as production-\d+ brought it/);
  expect(out).toContain('approvalNone');
});
