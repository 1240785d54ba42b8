import { afterAll, expect, test } from 'vitest';

import type { AlertTestView } from '../../src/api/views/alerts.ts';
import type { ChecklistView } from '../../src/api/views/checklist.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { openReceiver } from '../harness/receiver.ts';
import { until } from '../harness/until.ts';

const home = await homeOfThisFile();
const receiver = await openReceiver();
afterAll(() => receiver[Symbol.asyncDispose]());

const hello = openProject(home, 'hello');
hello.commit({
  'deployer.yaml': {
    ...helloSpec({ production: { approval: { none: 'a test' }, requires: ['monitoring-setup'] } }),
    monitoring: {
      alerts: { restarts: 0, windowSeconds: 5 },
      notify: [{ webhook: `${receiver.url}/hook` }],
    },
  },
  [helloFile]: helloProgram({ says: 'one' }),
});

function told(kind: string): readonly string[] {
  return [...new Set(receiver.received.filter(({ body }) => body.kind === kind).map(({ body }) => body.id))];
}

test('a first deployment meets a required Monitoring Setup by a test under its own section', async () => {
  const { run, code } = await hello.ship();
  expect(code).toBe(5);
  const { waiting } = await hello.view(run);
  expect(waiting?.reason).toContain(
    `no test alert was sent under these rules (deployer alerts --test production, then: deployer retry ${run}`,
  );
  await until('people to be told', () => Promise.resolve(told('waiting').length === 1 ? true : null));

  await hello.run(['retry', run]);
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 5 });
  await until('people to be told again', () => Promise.resolve(told('waiting').length === 2 ? true : null));

  expect(await hello.read<AlertTestView>('alerts', '--test', 'production')).toMatchObject({
    deliveries: [{ delivered: true }],
  });
  await hello.run(['retry', run]);
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
  // What was tested before the switch holds after it.
  await until('figures to be read', async () => {
    const { items } = await hello.read<ChecklistView>('checklist');
    const cell = items.find(({ id }) => id === 'monitoring-setup')?.cells['production'];
    return cell?.status === 'done' ? true : null;
  });
  expect(told('test')).toHaveLength(1);
});
