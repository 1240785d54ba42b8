import { expect, test } from 'vitest';

import type { DecisionView } from '../../src/api/views/decisions.ts';
import { openClient } from '../../src/cli/server/open-client.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { expectUnchanged } from '../harness/unchanged.ts';

const home = await homeOfThisFile();
const approver = 'approver@example.com';
const production = { approval: { approvers: [approver] } };
const hello = openProject(home, 'hello');

/** Ships a version as far as the question for approval. Returns the run. */
async function shipToApproval(says: string): Promise<string> {
  hello.commit({ 'deployer.yaml': helloSpec({ production }), [helloFile]: helloProgram({ says }) });
  const { code, run } = await hello.ship();
  expect(code).toBe(3);
  return run;
}

async function approve(run: string): Promise<void> {
  expect(await hello.run(['approve', run], { user: approver })).toMatchObject({ code: 0 });
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
}

test('a rollback with nothing to go back to: refused with the reason, and what there is', async () => {
  await approve(await shipToApproval('one'));
  await expectUnchanged(hello, 'production', async () => {
    expect((await hello.environment('production')).previous).toBeNull();
    expect(await hello.refused(['rollback', 'production'])).toMatchObject({
      exit: 1,
      code: 'rollback_not_ready',
      hint: 'deployer releases',
    });
  });
});

test('a rollback to a deployment that does not exist, or in no environment: refused, naming it', async () => {
  await expectUnchanged(hello, 'production', async () => {
    expect(await hello.refused(['rollback', 'production', '--to', 'production-99'])).toMatchObject({
      exit: 2,
      code: 'deployment_not_found',
      message: expect.stringContaining('production-99'),
    });
    expect(await hello.refused(['rollback', 'prod'])).toMatchObject({
      exit: 2,
      code: 'environment_not_found',
    });
  });
});

test('an approval of what was shown before something else went live: refused with what changed', async () => {
  const second = await shipToApproval('two');
  const shown = await decisionOn(second);
  // A newer run of the same branch would take its place.
  hello.git('checkout', '-q', '-b', 'other');
  await approve(await shipToApproval('three'));

  await expectUnchanged(hello, 'production', async () => {
    const server = await home.server();
    const client = await openClient({ socketPath: server?.socket ?? '', actor: approver });
    const answer = client.call('approve', {
      params: { run: second },
      body: { binding: shown.binding ?? '', reason: null },
    });
    await expect(answer).rejects.toMatchObject({
      code: 'approval_mismatch',
      hint: `deployer approve ${second}`,
      detail: expect.arrayContaining([expect.stringContaining('production-2')]),
    });
    await client.close();
    expect(await hello.view(second)).toMatchObject({ state: 'waiting', waiting: { kind: 'approval' } });
  });
});

test('a decision that nothing waits for: refused with where to look', async () => {
  const waiting = await hello.refused(['uat', 'pass'], { user: approver });
  expect(waiting).toMatchObject({ exit: 1, code: 'nothing_waiting' });
  expect(await hello.refused(['approve', 'hello-99'], { user: approver })).toMatchObject({
    exit: 2,
    code: 'run_not_found',
  });
});

async function decisionOn(run: string): Promise<DecisionView> {
  const server = await home.server();
  const client = await openClient({ socketPath: server?.socket ?? '', actor: null });
  const { decisions } = await client.call('decisions', { params: { integration: 'hello' } });
  await client.close();
  const found = decisions.find((decision) => decision.run === run);
  if (found === undefined) throw new Error(`${run} waits for nothing`);
  return found;
}
