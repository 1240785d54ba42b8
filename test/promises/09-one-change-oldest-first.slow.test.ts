import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { AuditView } from '../../src/api/views/audit.ts';
import type { StatusView } from '../../src/api/views/status.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openGates } from '../harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, type Project } from '../harness/project.ts';
import { until } from '../harness/until.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const approver = 'ops@example.com';

/** An integration with a release in production, whose next ones need an approval there. */
async function liveProject(key: string): Promise<Project> {
  const project = openProject(home, key);
  const environments = { dev: {}, production: { approval: { approvers: [approver] } } };
  project.commit({
    'deployer.yaml': { ...helloSpec(environments), integration: { key } },
    [helloFile]: helloProgram({ says: 'first' }),
  });
  await approved(project, (await project.ship()).run);
  return project;
}

function change(project: Project, says: string): void {
  project.commit({ [helloFile]: helloProgram({ says }) });
}

async function approved(project: Project, run: string): Promise<void> {
  expect(await project.run(['approve', run], { user: approver })).toMatchObject({ code: 0 });
  expect(await project.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
}

test('a newer run of the branch takes the place of the older one at the approval, and both say so', async () => {
  const project = await liveProject('superseded');
  change(project, 'second');
  const older = await project.ship();
  change(project, 'third');
  const newer = await project.ship();
  expect(await project.view(older.run)).toMatchObject({
    state: 'superseded',
    reason: `superseded by ${newer.run}, which has come to the same approval in production`,
  });
  const { out } = await project.run(['runs']);
  expect(out).toMatch(new RegExp(`${older.run}.*superseded`));
  expect(await project.run(['run', older.run, '--follow'])).toMatchObject({ code: 1 });
  await approved(project, newer.run);
  expect(await ask(await project.environment('production'))).toMatchObject({ text: 'third' });
});

test('changes come one at a time, oldest first; what waits for UAT meanwhile stays at its preview', async () => {
  const project = openProject(home, 'queue');
  const gates = await openGates(join(home.scratch, 'gates'));
  const tester = 'qa@example.com';
  const production = {
    approval: { none: 'a test' },
    gates: ['smoke', 'uat'],
    uat: { testers: [tester] },
    watch: { seconds: 1, minRequests: 1 },
    keepPrevious: '1s',
  };
  project.commit({
    'deployer.yaml': {
      ...helloSpec({ production }),
      integration: { key: 'queue' },
      tests: { smoke: { run: gates.shell('smoke'), writes: false } },
    },
    [helloFile]: helloProgram({ says: 'judged' }),
  });
  const judged = await project.ship();
  expect(judged.result.waiting).toMatchObject({ kind: 'uat' });
  const deployment = (await project.environment('production')).deployments.find(({ stable }) => stable);
  const { caFile } = await project.environment('production');
  const judgedSays = async (): Promise<unknown> => (await ask({ url: deployment?.url ?? null, caFile })).text;

  // None supersedes another: each is of a branch of its own.
  const shipFromBranch = async (says: string): Promise<string> => {
    project.git('checkout', '-q', '-b', says);
    change(project, says);
    return (await project.read<{ run: string }>('ship', '--detach')).run;
  };
  await gates.close('smoke');
  const runs = [await shipFromBranch('second')];
  await gates.reached('smoke');
  for (const says of ['third', 'fourth']) {
    const run = await shipFromBranch(says);
    runs.push(run);
    const waiting = await until('it to wait', async () => (await project.view(run)).waiting);
    expect(waiting).toMatchObject({ kind: 'capacity', reason: `${runs[0]} is changing production` });
  }
  expect(await judgedSays()).toBe('judged');
  const { candidate, deployments } = await project.environment('production');
  expect(deployments.map((each) => each.deployment)).toEqual(
    expect.arrayContaining([deployment?.deployment, candidate?.deployment]),
  );
  expect(deployments).toHaveLength(2);
  await gates.open('smoke');
  for (const run of runs) expect(await project.run(['run', run, '--follow'])).toMatchObject({ code: 3 });

  const { entries } = await project.read<AuditView>('audit');
  const switches = entries.filter(({ action }) => action === 'switch').toReversed();
  expect(switches.map(({ detail }) => (detail as { run: string }).run)).toEqual([judged.run, ...runs]);
  const changes = await Promise.all(runs.map((run) => changeOf(project, run)));
  const moments = changes.flat();
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  expect(await ask(await project.environment('production'))).toMatchObject({ text: 'fourth' });
  expect(await judgedSays()).toBe('judged');
  expect(await project.run(['uat', 'pass', judged.run], { user: tester })).toMatchObject({ code: 0 });
  expect(await project.run(['run', judged.run, '--follow'])).toMatchObject({ code: 0 });
});

/** When a run began to prepare its candidate, and when its watch had ended. */
async function changeOf(project: Project, run: string): Promise<readonly number[]> {
  const { stages } = await project.view(run);
  const named = (name: string) => stages.find((stage) => stage.name === name);
  return [named('prepare')?.startedAt, named('watch')?.endedAt].map((at) => Date.parse(at ?? 'never'));
}

test('a run of another branch waits beside it', async () => {
  const project = await liveProject('branches');
  change(project, 'second');
  const main = await project.ship();
  project.git('checkout', '-q', '-b', 'fix');
  change(project, 'third');
  const fix = await project.ship();
  expect(await project.view(main.run)).toMatchObject({ state: 'waiting' });
  expect(await project.view(fix.run)).toMatchObject({ state: 'waiting' });
});

test('a frozen environment takes no release, its approval is taken and stays valid; a rollback passes', async () => {
  const project = await liveProject('frozen');
  change(project, 'second');
  await approved(project, (await project.ship()).run);
  const args = ['freeze', 'production', '--reason', 'year end', '--until', '2h'];
  const frozen = await project.run(args, { user: approver });
  expect(frozen).toMatchObject({ code: 0 });
  expect(frozen.out).toMatch(/✓ production is frozen until .* by ops@example\.com: year end/);
  const status = await project.read<StatusView>('status');
  expect(status.environments.find(({ name }) => name === 'production')?.frozen).toMatchObject({
    reason: 'year end',
    by: approver,
  });

  change(project, 'third');
  const { run } = await project.ship();
  await project.run(['approve', run], { user: approver });
  const follow = await project.run(['run', run, '--follow']);
  expect(follow.code).toBe(3);
  expect(follow.out).toContain('deployer unfreeze production');
  expect((await project.view(run)).waiting).toMatchObject({
    kind: 'freeze',
    reason: 'production is frozen by ops@example.com: year end',
  });
  expect(await project.run(['unfreeze', 'production'])).toMatchObject({ code: 0 });
  expect(await project.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
  expect(await ask(await project.environment('production'))).toMatchObject({ text: 'third' });

  await project.run(args);
  await project.rollback('production');
  expect(await ask(await project.environment('production'))).toMatchObject({ text: 'second' });
});

test('a freeze says what is wrong with it, and changes nothing', async () => {
  const project = await liveProject('refused');
  expect(await project.refused(['unfreeze', 'production'])).toMatchObject({
    exit: 1,
    code: 'freeze_not_found',
  });
  expect(await project.refused(['freeze', 'production', '--reason', 'x', '--until', 'soon'])).toMatchObject({
    exit: 2,
    path: 'until',
  });
  expect(await project.refused(['freeze', 'prodution', '--reason', 'x'])).toMatchObject({
    code: 'environment_not_found',
    hint: expect.stringContaining('production'),
  });
  expect((await project.environment('production')).frozen).toBeNull();
});
