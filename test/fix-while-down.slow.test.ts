import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';

import { homeOfThisFile } from './harness/deployer-home.ts';
import { type Flaw, helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { openProject, type Project, type Shipped } from './harness/project.ts';
import { untilTrue } from './harness/until.ts';
import { ask } from './harness/users.ts';

const home = await homeOfThisFile();
/** What the first version cannot run without. */
const licence = join(home.scratch, 'licence');
const served = helloFile.replace('main.mjs', 'served.mjs');

/** Every gate that looks at what is live, or goes back to it. */
const production = {
  approval: { none: 'a test' },
  gates: ['smoke', 'performance', 'rollback-rehearsal'],
  watch: { seconds: 2, minRequests: 5, errorRate: 0.05, probe: { path: '/work' } },
};
const performance = {
  load: { path: '/', rate: 20, durationSeconds: 2 },
  limits: { errorRate: 0.05, p95VsStable: 50 },
};
const tests = { smoke: { run: 'true', writes: false }, performance };

/** Ends whenever there is no licence. */
const needy = `import { existsSync } from 'node:fs';

const mayRun = () => existsSync(${JSON.stringify(licence)}) || process.exit(4);
mayRun();
setInterval(mayRun, 20);
await import('./served.mjs');
`;

beforeEach(() => writeFile(licence, ''));

/** What is live ends for good, and with every new start at once. */
async function goDown(key: string): Promise<Project> {
  const project = openProject(home, key);
  project.commit({
    'deployer.yaml': { ...helloSpec({ production }), integration: { key }, tests },
    [helloFile]: needy,
    [served]: helloProgram({ says: 'one' }),
  });
  expect(await project.ship()).toMatchObject({ code: 0 });
  await rm(licence);
  await untilTrue('users to be answered by nobody', async () => {
    return (await ask(await project.environment('production'))).status === 503;
  });
  return project;
}

async function shipFix(project: Project, flaw?: Flaw): Promise<Shipped> {
  project.commit({ [helloFile]: helloProgram({ says: 'fixed', ...(flaw === undefined ? {} : { flaw }) }) });
  return await project.ship();
}

async function reasonsOf(project: Project, { run }: Shipped): Promise<Readonly<Record<string, string>>> {
  const { stages } = await project.view(run);
  return Object.fromEntries(stages.map(({ name, reason }) => [name, reason ?? '']));
}

test('a fix goes out through all gates while what is live is down for good, and each gate says what it did without', async () => {
  const desk = await goDown('desk');
  const shipped = await shipFix(desk);
  const reasons = await reasonsOf(desk, shipped);
  expect(shipped, JSON.stringify(reasons)).toMatchObject({ code: 0 });
  expect(reasons).toMatchObject({
    performance: expect.stringContaining('p95VsStable was not applied: production-1 itself failed'),
    'rollback-rehearsal': expect.stringMatching(
      /^To a second deployment and back: .*; production-1 is down: /,
    ),
  });
  expect((await ask(await desk.environment('production'))).text).toBe('fixed');
});

test('a fix that is bad as well keeps the users, as nobody would answer them elsewhere; the next one goes out', async () => {
  const shop = await goDown('shop');
  const bad = await shipFix(shop, 'fails users');
  expect(bad).toMatchObject({ code: 1 });
  const { reason } = await shop.view(bad.run);
  expect(reason).toMatch(/production-\d+ keeps the users, as production-1 is down: /);
  const { live, frozen, deployments } = await shop.environment('production');
  expect(live?.release).toBe(deployments.find(({ stable }) => stable)?.release);
  expect(live?.deployment).not.toBe('production-1');
  expect(frozen).toBeNull();
  const again = await shop.refused(['ship']);
  expect(again).toMatchObject({ code: 'release_held' });

  expect(await shipFix(shop)).toMatchObject({ code: 0 });
  expect((await ask(await shop.environment('production'))).text).toBe('fixed');
});
