import { expect, test } from 'vitest';

import type { Observation } from '../../core/places/target.ts';
import { describe } from './trouble.ts';

function seen(restarts: number): Observation {
  const rest = { index: 0, pid: 1, address: null, crashes: 0, startedAt: null, reason: null };
  const replicas = [{ ...rest, state: 'starting' as const, restarts }];
  const reason = 'Replica 0 of digest is starting.';
  const components = [{ name: 'digest', replicas }];
  return { state: 'degraded', reason, components, endpoints: [], workersActive: true };
}

test.each([
  ['a worker that was just handed over to is no trouble', 0, []],
  ['one that starts again is', 1, ['dev-2: Replica 0 of digest is starting.']],
])('%s', (_, restarts, says) => {
  const facts = {
    stateAtMs: 0,
    warmUntilMs: null,
    hasWorkers: true,
    hasRunningWorkers: true,
    drainDeadlineMs: 0,
    needs: [],
  };
  const observation = seen(restarts);
  expect(describe({ ...facts, deployment: 'dev-2', state: 'live', observation })).toEqual(says);
});
