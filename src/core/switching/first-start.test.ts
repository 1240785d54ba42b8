import { expect, test } from 'vitest';

import { isFirstStart } from './first-start.ts';
import type { Observation, ReplicaObservation } from '../places/target.ts';

function replica(state: ReplicaObservation['state'], restarts = 0): ReplicaObservation {
  const rest = { index: 0, pid: null, address: null, crashes: 0, startedAt: null, reason: null };
  return { ...rest, state, restarts };
}

test.each<[string, Observation['state'], readonly ReplicaObservation[], boolean]>([
  ['a worker was just started', 'degraded', [replica('ready'), replica('starting')], true],
  ['it waits for the former one to end', 'degraded', [replica('stopped')], true],
  ['one is behind another', 'degraded', [replica('starting'), replica('stopped')], true],
  ['it starts again after it had ended', 'degraded', [replica('starting', 1)], false],
  ['it does not answer any more', 'degraded', [replica('unready')], false],
  ['one starts and another has given up', 'degraded', [replica('starting'), replica('failed')], false],
  ['nothing is known of it', 'degraded', [], false],
  ['nothing of it has been ready yet', 'starting', [replica('starting')], false],
  ['everything is ready', 'ready', [replica('ready')], false],
])('%s', (_, state, replicas, expected) => {
  expect(isFirstStart({ state, components: [{ name: 'digest', replicas }] })).toBe(expected);
});
