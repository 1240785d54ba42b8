import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { ask } from '../harness/users.ts';
import { expectWrittenDown, fromInit } from './from-init.ts';
import { runnableCompose, runnableNode } from './shapes/runnable.ts';

const home = await homeOfThisFile();

test('a repository in Node gets from init to production, document and checklist', async () => {
  const desk = await fromInit(home, 'letter-desk', runnableNode);
  await expectWrittenDown(desk);
  expect(await ask(await desk.environment('production'), '/')).toMatchObject({
    status: 200,
    text: 'letters at ease',
  });
});

test('a repository of several programs gets from init to production, document and checklist', async () => {
  const desk = await fromInit(home, 'post-office', runnableCompose);
  await expectWrittenDown(desk);
  expect(await ask(await desk.environment('production'), '/')).toMatchObject({
    status: 200,
    text: 'gateway, agent, tools',
  });
});
