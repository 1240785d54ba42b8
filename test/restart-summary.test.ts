import { expect, test } from 'vitest';

import { summedUp } from '../src/cli/output/trouble-text.ts';
import { describe, troubleOf } from '../src/engine/convergence/trouble.ts';
import { absent } from '../src/targets/supervised/observation.ts';

test('what the server says after a restart is what the command line sums up', () => {
  const gone = {
    deployment: 'dev-2',
    state: 'live',
    stateAtMs: 0,
    warmUntilMs: null,
    hasWorkers: false,
    hasRunningWorkers: false,
    needs: [],
    drainDeadlineMs: 0,
    observation: absent,
  } as const;
  const sentences = [
    ...describe(gone),
    ...troubleOf({ kind: 'start-edge' }),
    ...troubleOf({ kind: 'restore', deployment: 'dev-2' }),
  ];
  expect(sentences).toHaveLength(3);
  expect(summedUp(sentences).sentences).toEqual([
    'the edge and 1 deployment are being started again (dev-2)',
  ]);
});
