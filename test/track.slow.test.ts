import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { RunsView } from '../src/api/views/runs.ts';
import type { StatusView } from '../src/api/views/status.ts';
import type { TipView, TrackerView } from '../src/api/views/tracking.ts';
import type { Repository } from '../src/lib/git.ts';
import { engineer, homeOfThisFile } from './harness/deployer-home.ts';
import { openGates } from './harness/gates.ts';
import { pathToGitWithGates } from './harness/git-with-gates.ts';
import { helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { openProject, type Project } from './harness/project.ts';
import { until, untilTrue } from './harness/until.ts';
import { runGit, scratchRepository } from './scratch-repository.ts';

const home = await homeOfThisFile();
const approver = 'ops@example.com';

/** Every run of it waits for an approval soon, so that a test need not wait for more. */
function project(key: string): Project {
  const opened = openProject(home, key);
  opened.commit({
    'deployer.yaml': {
      ...helloSpec({ production: { approval: { approvers: [approver] } } }),
      integration: { key },
    },
    [helloFile]: helloProgram({ says: 'first' }),
  });
  return opened;
}

function change(of: Project, says: string): string {
  return of.commit({ [helloFile]: helloProgram({ says }) });
}

async function tracker(of: Project): Promise<TrackerView> {
  const { trackers } = await of.read<{ trackers: TrackerView[] }>('track', '--list');
  const found = trackers.find(({ repository }) => repository === of.repository.folder);
  if (found === undefined) throw new Error('not tracked');
  return found;
}

/** What became of the tip, as soon as it has been looked at. */
async function tipOf(of: Project, commit: string): Promise<TipView> {
  return await until(`${commit} to be dealt with`, async () =>
    (await tracker(of)).tips.find((tip) => tip.commit === commit),
  );
}

async function commitsOfRuns(of: Project): Promise<readonly string[]> {
  return (await of.read<RunsView>('runs')).runs.map(({ commit }) => commit).reverse();
}

async function once(of: Project, ...args: readonly string[]): Promise<TipView | null> {
  return (await of.read<{ found: TipView | null }>('track', '--once', ...args)).found;
}

test('new commits are shipped as whoever tracks them, what was there is not, and a newer run takes the place of an older', async () => {
  const desk = project('desk');
  const first = desk.git('rev-parse', 'HEAD').trim();
  const { code, out } = await desk.run(['track']);
  expect(code).toBe(0);
  expect(out).toContain(`✓ tracking main of ${desk.repository.folder}`);
  expect(out).toContain(`Commits after ${first.slice(0, 7)} are shipped by themselves, as ${engineer}.`);

  const second = change(desk, 'second');
  const { run: older } = await tipOf(desk, second);
  await until('the approval', async () => (await desk.view(String(older))).waiting);
  expect(await desk.view(String(older))).toMatchObject({
    commit: second,
    requester: engineer,
    to: 'production',
  });

  const third = change(desk, 'third');
  const { run: newer } = await tipOf(desk, third);
  await untilTrue(
    'the older run to end',
    async () => (await desk.view(String(older))).state === 'superseded',
  );
  expect((await desk.view(String(older))).reason).toContain(String(newer));
  expect(await commitsOfRuns(desk)).toEqual([second, third]);

  const status = await desk.run(['status']);
  expect(status.out).toMatch(
    new RegExp(
      `tracking main of ${desk.repository.folder}: ${third.slice(0, 7)} is shipped as ${newer}, looked`,
    ),
  );
  expect((await desk.read<StatusView>('status')).tracking).toMatchObject({
    by: engineer,
    seen: third,
    trouble: null,
  });

  expect((await desk.run(['track', '--stop'])).out).toContain('main is not tracked any more');
  expect(await desk.refused(['track', '--stop'])).toMatchObject({ exit: 1, code: 'tracker_not_found' });
  expect((await desk.read<StatusView>('status')).tracking).toBeNull();
});

test('commits that come together are recorded with the run of the last; one that was shipped by hand is let be', async () => {
  const quick = project('quick');
  const first = quick.git('rev-parse', 'HEAD').trim();
  // Nothing is tracked here: as in a job of CI the tip is shipped.
  expect(await once(quick)).toMatchObject({ commit: first, outcome: 'shipped', from: null });
  expect(await once(quick)).toBeNull();
  change(quick, 'second');
  const third = change(quick, 'third');
  const news = `2 commits came together (${first.slice(0, 7)}..${third.slice(0, 7)}); ${third.slice(0, 7)} is shipped`;
  // Jobs at the same time: one of them ships it.
  const jobs = await Promise.all([once(quick), once(quick), once(quick)]);
  const [found, ...others] = jobs.filter((each) => each !== null);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ from: first, commit: third, commits: 2, news });
  expect((await quick.view(String(found?.run))).note).toBe(news);
  expect((await quick.run(['status'])).out).toContain(news);

  const fourth = change(quick, 'fourth');
  const { run } = await quick.read<{ run: string }>('ship', '--detach');
  expect(await once(quick)).toMatchObject({ commit: fourth, outcome: 'known', run });
  expect(await commitsOfRuns(quick)).toEqual([first, third, fourth]);
});

test('killed between seeing a commit and shipping it: the next server ships, nothing is lost and nothing twice', async () => {
  const crash = project('crash');
  const first = crash.git('rev-parse', 'HEAD').trim();
  const gates = await openGates(join(home.scratch, 'gates'));
  const PATH = await pathToGitWithGates(join(home.scratch, 'bin'), gates, {
    seen: 'merge-base --is-ancestor',
  });
  await crash.read('stop');
  await crash.run(['track'], { env: { PATH } });
  await gates.close('seen');
  change(crash, 'second');
  await gates.reached('seen');
  await home.killServer();
  const third = change(crash, 'third');
  await gates.open('seen');
  expect(await tipOf(crash, third)).toMatchObject({ from: first, commits: 2, outcome: 'shipped' });
  expect(await commitsOfRuns(crash)).toEqual([third]);

  await home.killServer();
  expect(await once(crash)).toBeNull();
  expect(await commitsOfRuns(crash)).toEqual([third]);
  await crash.read('track', '--stop');
});

test('a commit that cannot be shipped is recorded with the reason, and the next one is shipped', async () => {
  const refused = project('refused');
  await once(refused);
  const spec = readFileSync(join(refused.folder, 'deployer.yaml'), 'utf8');
  const bad = refused.commit({ 'deployer.yaml': spec.replace('role: api-gateway', 'rolle: api-gateway') });
  const looked = await refused.run(['track', '--once']);
  expect(looked.code).toBe(1);
  expect(looked.out).toContain(`✗ ${bad.slice(0, 7)} was refused`);
  const { out } = await refused.run(['status']);
  expect(out).toContain(`${bad.slice(0, 7)} was refused`);
  expect(out).toMatch(/│ deployer\.yaml:\d+:\d+ .*rolle/);
  expect(out).toContain('→ deployer check');
  expect(await once(refused)).toBeNull();

  const elsewhere = refused.commit({ 'deployer.yaml': `${spec}trigger: { branch: release }\n` });
  expect((await refused.run(['track', '--once'])).out).toContain(
    'says trigger.branch release, and main is tracked',
  );
  const good = refused.commit({ 'deployer.yaml': spec });
  expect(await once(refused)).toMatchObject({ commit: good, from: elsewhere, outcome: 'shipped' });
});

test('a rewritten branch is followed and said; one without a common commit needs ship --new-history', async () => {
  const rewritten = project('rewritten');
  const first = rewritten.git('rev-parse', 'HEAD').trim();
  await once(rewritten);
  const second = change(rewritten, 'second');
  await until('a release', async () =>
    (await rewritten.read<RunsView>('runs')).runs.find((run) => run.release),
  );
  await once(rewritten);
  rewritten.git('reset', '-q', '--hard', first);
  const third = change(rewritten, 'third');
  expect(await once(rewritten)).toMatchObject({
    commit: third,
    rewritten: true,
    outcome: 'shipped',
    news: `main was rewritten: ${second.slice(0, 7)} is not in its history any more; ${third.slice(0, 7)} is shipped`,
  });
  // Back to a commit that has a run: that is for a person to ask for.
  rewritten.git('reset', '-q', '--hard', second);
  expect(await once(rewritten)).toMatchObject({ commit: second, outcome: 'known' });

  rewritten.git('checkout', '-q', '--orphan', 'anew');
  const orphan = change(rewritten, 'anew');
  rewritten.git('branch', '-q', '-M', 'anew', 'main');
  const refusal = await rewritten.run(['track', '--once']);
  expect(refusal.code).toBe(1);
  expect(refusal.out).toContain('deployer ship --new-history');
  await rewritten.read('ship', '--new-history', '--detach');
  await until('the release of it', async () =>
    (await rewritten.read<RunsView>('runs')).runs.find(
      (run) => run.commit === orphan && run.release !== null,
    ),
  );
  const next = change(rewritten, 'after');
  expect(await once(rewritten)).toMatchObject({ commit: next, outcome: 'shipped', rewritten: false });
});

test('with hooks a commit is shipped at once; a hook that is there stays, and what to add is shown', async () => {
  const hooked = project('hooked');
  await once(hooked);
  const own = join(hooked.repository.folder, '.git/hooks/post-merge');
  writeFileSync(own, '#!/bin/sh\ntrue\n');
  chmodSync(own, 0o755);
  const written = await hooked.run(['track', '--hook']);
  expect(written.code).toBe(1);
  expect(written.out).toContain(`! ${own} is another hook, and stays as it is`);
  expect(written.out).toMatch(/^\(DEPLOYER_HOME=.* track --once --integration 'hooked' .*&\)$/m);
  expect(readFileSync(own, 'utf8')).toBe('#!/bin/sh\ntrue\n');
  expect((await hooked.run(['track', '--hook'])).out).toContain('post-commit is there already');
  const second = change(hooked, 'second');
  expect(await tipOf(hooked, second)).toMatchObject({ outcome: 'shipped' });

  // Somebody did as they were told, and wrote the line into their own hook.
  const line = /^\(DEPLOYER_HOME=.*&\)$/m.exec(written.out)?.[0] ?? '';
  writeFileSync(own, `#!/bin/sh\ntrue\n${line}\n`);
  const stopped = await hooked.run(['track', '--stop']);
  expect(stopped.code).toBe(0);
  expect(stopped.out).toContain(`took the line of deployer track out of ${own}`);
  expect(stopped.out).toMatch(/removed the hook \S+\/post-commit$/m);
  expect(readFileSync(own, 'utf8')).toBe('#!/bin/sh\ntrue\n');
  expect(existsSync(join(hooked.repository.folder, '.git/hooks/post-commit'))).toBe(false);
  expect(existsSync(join(hooked.repository.folder, '.git/hooks/post-receive'))).toBe(false);
  // Nothing is left that could ship it.
  change(hooked, 'third');
  expect(await hooked.read('track', '--list')).not.toMatchObject({
    trackers: expect.arrayContaining([expect.objectContaining({ integration: 'hooked' })]),
  });
});

test('the branch of a remote is tracked without touching the clone, and a push to it is shipped at once', async () => {
  const shared = project('shared');
  const origin: Repository = scratchRepository(join(home.scratch, 'shared.git'), {}, '--bare');
  shared.git('remote', 'add', 'origin', origin.folder);
  shared.git('push', '-q', 'origin', 'main');
  await once(shared, '--remote', 'origin');
  expect(await tracker(shared)).toMatchObject({ remote: 'origin', polls: false });
  const { hooks } = await shared.read<{ hooks: object[] }>('track', '--hook');
  expect(hooks).toEqual([{ path: join(origin.folder, 'hooks/post-receive'), state: 'written' }]);
  const second = change(shared, 'second');
  expect(await once(shared)).toBeNull();
  shared.git('push', '-q', 'origin', 'main');
  expect(await tipOf(shared, second)).toMatchObject({ outcome: 'shipped' });
  // By somebody else, from another clone.
  runGit({ kind: 'working', folder: home.scratch }, 'clone', '-q', origin.folder, 'other');
  const other: Repository = { kind: 'working', folder: join(home.scratch, 'other') };
  runGit(other, 'commit', '-q', '--allow-empty', '-m', 'third');
  const refs = shared.git('for-each-ref', 'refs/heads', 'refs/remotes');
  runGit(other, 'push', '-q', 'origin', 'main');
  expect(await tipOf(shared, runGit(other, 'rev-parse', 'HEAD').trim())).toMatchObject({
    outcome: 'shipped',
  });
  expect(shared.git('for-each-ref', 'refs/heads', 'refs/remotes')).toBe(refs);
  expect(existsSync(join(shared.folder, '.git/FETCH_HEAD'))).toBe(false);
});

test('a branch that is gone, a clone that was moved: status says so and what to type, and it goes on from there', async () => {
  const moving = project('moving');
  await once(moving);
  moving.git('checkout', '-q', '-b', 'other');
  moving.git('branch', '-q', '-D', 'main');
  expect(await moving.refused(['track', '--once'])).toMatchObject({ exit: 2, code: 'branch_not_found' });
  moving.git('branch', '-q', 'main');
  moving.git('checkout', '-q', 'main');
  expect(await once(moving)).toBeNull();
  expect((await tracker(moving)).trouble).toBeNull();

  const second = change(moving, 'second');
  const there = `${moving.folder}-moved`;
  renameSync(moving.folder, there);
  const key = ['--integration', 'moving'];
  expect(await moving.refused(['track', '--once', ...key], { cwd: home.scratch })).toMatchObject({
    code: 'repository_invalid',
    message: `There is no clone at ${moving.folder} any more.`,
  });
  const { out } = await moving.run(['status', ...key], { cwd: home.scratch });
  expect(out).toContain(`There is no clone at ${moving.folder} any more.`);
  expect(out).toContain('deployer track   (in the clone, wherever it is now)');
  // The commit that came before the move is not lost.
  expect(await moving.run(['track'], { cwd: there })).toMatchObject({ code: 0 });
  await untilTrue('the commit to be shipped', async () => {
    const { tracking } = JSON.parse(
      (await moving.run(['status', '--json', ...key], { cwd: there })).out,
    ) as StatusView;
    return tracking?.seen === second && tracking.tips[0]?.outcome === 'shipped';
  });
  await moving.run(['track', '--stop'], { cwd: there });
});

test('what cannot be tracked is refused with the next command, and nothing is tracked', async () => {
  const wrong = project('wrong');
  const before = await wrong.read<{ trackers: TrackerView[] }>('track', '--list');
  expect(await wrong.refused(['track', '--once', '--stop'])).toMatchObject({ exit: 2, code: 'usage' });
  expect(await wrong.refused(['track', '--stop', '--remote', 'origin'])).toMatchObject({ exit: 2 });
  expect(await wrong.refused(['track', '--remote', 'https://me:word@example.com/x.git'])).toMatchObject({
    exit: 2,
    path: 'remote',
    hint: expect.stringContaining('--remote origin'),
  });
  expect(await wrong.refused(['track', '--remote', 'nowhere'])).toMatchObject({
    exit: 1,
    code: 'git_failed',
  });
  expect(await wrong.refused(['track', '--hook'])).toMatchObject({ exit: 1, hint: 'deployer track' });
  wrong.git('checkout', '-q', '-b', 'other');
  wrong.git('branch', '-q', '-D', 'main');
  expect(await wrong.refused(['track'])).toMatchObject({ exit: 2, hint: 'git branch main' });
  expect(await wrong.read('track', '--list')).toEqual(before);
});
