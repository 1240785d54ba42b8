import { expect, test } from 'vitest';

import { type ResultFacts, resultText } from './result-text.ts';
import { styleOf } from './style.ts';

const at = '2026-12-07T12:00:00.000Z';

function failure(name: string, hold: ResultFacts['hold']): readonly string[] {
  const reason = 'it went wrong';
  const facts: ResultFacts = {
    result: { type: 'result', run: 'desk-3', at, state: 'failed', waiting: null, reason },
    to: 'production',
    version: '1.4.0',
    startedAt: at,
    stages: [
      {
        name,
        environment: 'production',
        state: 'failed',
        verdict: 'fail',
        startedAt: at,
        endedAt: at,
        reason,
      },
    ],
    hold,
    now: new Date(at),
  };
  return resultText(facts, styleOf(false)).split('\n');
}

test('a run that failed can be retried', () => {
  expect(failure('switch', null)).toEqual([
    '✗ desk-3 failed in switch (production): it went wrong',
    '  → deployer retry desk-3   (or ship a fix: deployer ship)',
  ]);
});

test.each(['build', 'unit', 'prepare', 'approval'])('after %s said no, a fix comes first', (name) => {
  expect(failure(name, null).slice(1)).toEqual([
    '  → deployer ship   (a fix)',
    "  → deployer retry desk-3   (if it was not the commit's fault)",
  ]);
});

test('where the release is on hold a fix is shipped, or the hold is lifted: a retry would be refused', () => {
  expect(failure('watch', { environment: 'production' })).toEqual([
    '✗ desk-3 failed in watch (production): it went wrong',
    '  → deployer ship   (a fix; 1.4.0 is on hold in production)',
    '  → deployer unhold 1.4.0 --environment production --reason "…"   (to let it in again)',
  ]);
  expect(failure('watch', { environment: null }).slice(1)).toEqual([
    '  → deployer ship   (a fix; 1.4.0 is on hold everywhere)',
    '  → deployer unhold 1.4.0 --reason "…"   (to let it in again)',
  ]);
});
