import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { ask } from '../harness/users.ts';
import { expectWrittenDown, fromInit } from './from-init.ts';
import { runnablePython } from './shapes/runnable.ts';

const home = await homeOfThisFile();

test('a repository in Python gets from init to production, document and checklist', async () => {
  const desk = await fromInit(home, 'parcel-desk', runnablePython);
  await expectWrittenDown(desk);
  expect(await ask(await desk.environment('production'), '/')).toMatchObject({
    status: 200,
    text: 'parcels in Python',
  });
});
