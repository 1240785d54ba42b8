import { expect, test } from 'vitest';

import type { Problem } from '../../src/core/problem.ts';
import { engineer, homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
const [author, coAuthor, one, two] = ['ann', 'bo', 'one', 'two'].map((name) => `${name}@example.com`) as [
  string,
  string,
  string,
  string,
];
const approvers = [author, coAuthor, engineer, one, two];

async function shipToApproval(says: string, approval: object): Promise<string> {
  hello.commit(
    { 'deployer.yaml': helloSpec({ production: { approval } }), [helloFile]: helloProgram({ says }) },
    { author: `Ann <${author}>`, message: `${says}\n\nCo-authored-by: Bo <${coAuthor}>` },
  );
  const { code, run, result } = await hello.ship();
  expect(code).toBe(3);
  expect(result.waiting).toMatchObject({ kind: 'approval', next: `deployer approve ${run}` });
  return run;
}

async function approve(run: string, user: string): Promise<void> {
  expect(await hello.run(['approve', run], { user })).toMatchObject({ code: 0 });
}

test('nobody may approve unless the definition names them', async () => {
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
  const run = await shipToApproval('first', { approvers });
  for (const user of [author, coAuthor, engineer, 'stranger@example.com']) {
    const refused = await hello.refused(['approve', run], { user });
    expect({ user, ...refused }).toMatchObject({ user, exit: 4, code: 'approval_not_allowed' });
    expect(refused.hint).toContain(`You are ${user}; DEPLOYER_USER=<address>`);
    // What they can do themselves.
    expect(refused.hint.includes(`deployer cancel ${run}`)).toBe(user !== 'stranger@example.com');
  }
  expect(await hello.view(run)).toMatchObject({ state: 'waiting' });
  await approve(run, one);
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'first' });
});

test('of two that are needed, one person counts once', async () => {
  const run = await shipToApproval('second', { approvers, count: 2 });
  await approve(run, one);
  await hello.run(['approve', run], { user: one });
  expect(await hello.view(run)).toMatchObject({ state: 'waiting', waiting: { kind: 'approval' } });
  await approve(run, two);
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
});

test('an approval is void when what it would replace has changed: it is asked again', async () => {
  const run = await shipToApproval('third', { approvers, count: 2 });
  await approve(run, one);
  await hello.rollback('production');
  await approve(run, two);
  // The first approval was for replacing another deployment.
  expect(await hello.view(run)).toMatchObject({ state: 'waiting', waiting: { kind: 'approval' } });
  await approve(run, one);
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'third' });
});

test('author and requester may decide where the definition says so with a reason', async () => {
  const run = await shipToApproval('fourth', { approvers, self: 'a team of one' });
  await approve(run, engineer);
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
});

test('a rejected release does not get in', async () => {
  const run = await shipToApproval('fifth', { approvers });
  expect(await hello.run(['reject', run, '--reason', 'wrong model'], { user: one })).toMatchObject({
    code: 0,
  });
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 1 });
  expect(await hello.view(run)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('wrong model'),
  });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'fourth' });
});
