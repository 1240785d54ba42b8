import { expect, test } from 'vitest';

import { startable, stoppable, type Ordered } from './start-order.ts';

const desk: readonly Ordered[] = [
  { name: 'gateway', needs: ['transform', 'agent'] },
  { name: 'transform', needs: [] },
  { name: 'agent', needs: ['tools', 'model'] },
  { name: 'tools', needs: [] },
  { name: 'model', needs: [] },
];

test.for([
  { started: [], ready: [], starts: ['transform', 'tools', 'model'] },
  { started: ['transform', 'tools', 'model'], ready: ['transform', 'tools'], starts: [] },
  { started: ['transform', 'tools', 'model'], ready: ['tools', 'model'], starts: ['agent'] },
  {
    started: ['transform', 'tools', 'model', 'agent'],
    ready: ['tools', 'model', 'transform', 'agent'],
    starts: ['gateway'],
  },
  { started: desk.map(({ name }) => name), ready: [], starts: [] },
])('with $ready ready, $starts may start', ({ started, ready, starts }) => {
  expect(startable(desk, { started: new Set(started), ready: new Set(ready) })).toEqual(starts);
});

test('a need that is not started with the others is not waited for', () => {
  const components = [{ name: 'gateway', needs: ['digest'] }];
  expect(startable(components, { started: new Set(), ready: new Set() })).toEqual(['gateway']);
});

test.for([
  { running: ['gateway', 'transform', 'agent', 'tools', 'model'], stops: ['gateway'] },
  { running: ['transform', 'agent', 'tools', 'model'], stops: ['transform', 'agent'] },
  { running: ['tools', 'model'], stops: ['tools', 'model'] },
  { running: [], stops: [] },
])('with $running running, $stops may stop: dependents go first', ({ running, stops }) => {
  expect(stoppable(desk, new Set(running))).toEqual(stops);
});
