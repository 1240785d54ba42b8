import { expect, test } from 'vitest';

import { workerPauseMs } from './worker-pause.ts';

test.each([
  [0, 200],
  [1, 200],
  [2, 400],
  [5, 3200],
  [6, 5000],
  [2000, 5000],
])('after %i starts that came to nothing the next one is %i ms away', (failures, pauseMs) => {
  expect(workerPauseMs(failures)).toBe(pauseMs);
});
