import { expect, test } from 'vitest';

import type { RollbackView } from '../../api/views/rollback.ts';
import { rollbackText } from './rollback-text.ts';
import { styleOf } from './style.ts';

const view: RollbackView = {
  environment: 'production',
  from: 'production-2',
  to: 'production-1',
  held: `sha256:${'b'.repeat(64)}`,
  switchMs: 12.3,
  workersMs: 0,
  restored: {
    release: `sha256:${'a'.repeat(64)}`,
    configuration: `sha256:${'c'.repeat(64)}`,
    substituted: [],
  },
};

test('what was left is on hold, and so is said how it is let back', () => {
  const text = rollbackText(view, styleOf(false));
  expect(text).toContain('left           production-2, its release is on hold here');
  expect(text).toContain('deployer unhold sha256:bbbbbbbbbbbb --environment production --reason <text>');
});

test('nothing is on hold where nothing was live', () => {
  expect(rollbackText({ ...view, from: null, held: null }, styleOf(false))).not.toContain('hold');
});
