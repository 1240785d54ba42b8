import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { StatusView } from '../../src/api/views/status.ts';
import type { RunEvent, Waiting } from '../../src/core/pipeline/run.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openGates } from '../harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, shipped } from '../harness/project.ts';

const home = await homeOfThisFile();
const gates = await openGates(join(home.scratch, 'gates'));
const hello = openProject(home, 'hello');
const approver = 'approver@example.com';
const tester = 'tester@example.com';
const spec = helloSpec({
  production: { gates: ['smoke', 'uat'], approval: { approvers: [approver] }, uat: { testers: [tester] } },
});
const fourteenDaysMs = 14 * 24 * 60 * 60_000;

function commit(says: string, smoke: object = {}): void {
  hello.commit({
    'deployer.yaml': { ...spec, tests: { smoke: { run: gates.shell('smoke'), writes: false, ...smoke } } },
    [helloFile]: helloProgram({ says }),
  });
}

/** What a run waits for, said alike by `ship`, `run` and `status`, and complete. */
async function expectWaiting(run: string, expected: Partial<Waiting>): Promise<void> {
  const { waiting } = await hello.view(run);
  expect(waiting).toMatchObject({ run, environment: 'production', ...expected });
  const { since, deadline, reason, next } = waiting ?? { since: '', deadline: '', reason: '', next: '' };
  expect(reason).not.toBe('');
  expect(Date.parse(deadline) - Date.parse(since)).toBe(fourteenDaysMs);
  const status = await hello.read<StatusView>('status');
  expect(status.waiting).toContainEqual(waiting);
  expect(status.environments[0]?.waiting).toContainEqual(waiting);
  const { out } = await hello.run(['status']);
  expect(out).toContain(next);
}

/** Types what a run says is to be typed next. */
async function typeNext(run: string, user: string): Promise<void> {
  const next = (await hello.view(run)).waiting?.next ?? '';
  const [program, ...args] = next.split(' ');
  expect(program).toBe('deployer');
  expect(await hello.run(args, { user })).toMatchObject({ code: 0 });
  await hello.run(['run', run, '--follow']);
}

test('for approval, for UAT: the next command, typed as it stands, brings the run on', async () => {
  commit('one');
  const { code, run, result } = await hello.ship();
  expect(code).toBe(3);
  expect(result.waiting).toMatchObject({ kind: 'approval' });
  await expectWaiting(run, { kind: 'approval', next: `deployer approve ${run}` });
  await typeNext(run, approver);
  await expectWaiting(run, { kind: 'uat', next: `deployer uat pass ${run}` });
  await typeNext(run, tester);
  expect(await hello.view(run)).toMatchObject({ state: 'succeeded', waiting: null });
});

test('for a verdict: undecided says why, and how to decide', async () => {
  commit('two', { run: 'true', report: 'none.xml' });
  const { run } = await hello.ship();
  await typeNext(run, approver);
  await expectWaiting(run, { kind: 'undecided', next: `deployer retry ${run}` });
  expect(await hello.run(['cancel', run])).toMatchObject({ code: 0 });
  expect((await hello.read<StatusView>('status')).waiting).toEqual([]);
});

test('for another change: it names the run that is ahead, and goes on by itself', async () => {
  await gates.close('smoke');
  commit('three');
  const first = await hello.ship();
  await hello.run(['approve', first.run], { user: approver });
  await gates.reached('smoke');
  commit('four');
  const second = await hello.ship();
  await hello.run(['approve', second.run], { user: approver });
  const following = hello.start(['run', second.run, '--follow', '--json']);
  const isQueued = (event: RunEvent): boolean =>
    event.type === 'waiting' && event.waiting.kind === 'capacity';
  await following.untilEvent(isQueued, 'it waits for its turn');
  await expectWaiting(second.run, { kind: 'capacity', reason: expect.stringContaining(first.run) });

  await gates.open('smoke');
  // The approval was for replacing what is no longer there: it is asked again.
  expect((await shipped(following)).result.waiting).toMatchObject({ kind: 'approval' });
});
