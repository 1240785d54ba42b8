import { expect, test } from 'vitest';

import { rollbackText } from './rollback-text.ts';
import { styleOf } from './style.ts';

const view = {
  environment: 'production',
  from: 'production-2',
  to: 'production-1',
  switchMs: 12,
  workersMs: 0,
  restored: { release: 'sha256:a', configuration: 'sha256:b', substituted: [] },
};

test.each([
  [true, 'production-2, its release is on hold here'],
  [false, 'production-2, its release is not on hold: one can go back to it'],
])('what was left is said to be on hold only when it is: %s', (held, says) => {
  expect(rollbackText({ ...view, held }, styleOf(false))).toContain(says);
});
