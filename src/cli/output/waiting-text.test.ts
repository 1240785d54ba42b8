import { beforeAll, expect, test } from 'vitest';

import type { Waiting } from '../../core/pipeline/run.ts';
import { styleOf } from './style.ts';
import { waitingText } from './waiting-text.ts';

beforeAll(() => void (process.env['TZ'] = 'UTC'));

const approval: Waiting = {
  kind: 'approval',
  run: 'desk-7',
  environment: 'production',
  reason: 'approval for production',
  since: '2026-12-07T11:50:00Z',
  deadline: '2026-12-21T11:50:00Z',
  next: 'deployer approve desk-7',
};

function linesOf(waiting: Waiting): readonly string[] {
  return waitingText(waiting, new Date('2026-12-07T12:00:00Z'), styleOf(false)).split('\n');
}

test('where the policy names people, the command says for whom it is', () => {
  expect(linesOf({ ...approval, by: ['ops@example.com', 'boss@example.com'] }).at(-1)).toBe(
    '  → deployer approve desk-7   (by ops@example.com, boss@example.com)',
  );
  expect(linesOf(approval).at(-1)).toBe('  → deployer approve desk-7');
});

test('what is undecided can be tried again or given up, and both are said', () => {
  const undecided = { ...approval, kind: 'undecided', next: 'deployer retry desk-7' } as const;
  expect(linesOf(undecided).slice(-2)).toEqual([
    '  → deployer retry desk-7',
    '  → deployer reject desk-7 --reason "…"',
  ]);
});
