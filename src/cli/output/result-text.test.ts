import { expect, test } from 'vitest';

import type { StageRecord } from '../../core/run.ts';
import { type ResultFacts, resultText } from './result-text.ts';
import { styleOf } from './style.ts';

const at = '2026-12-07T12:00:00.000Z';

function failure(stage: Pick<StageRecord, 'name' | 'environment'>, version: string | null): string {
  const reason = 'it went wrong';
  const facts: ResultFacts = {
    result: { type: 'result', run: 'desk-3', at, state: 'failed', waiting: null, reason },
    to: 'production',
    version,
    startedAt: at,
    stages: [{ ...stage, state: 'failed', verdict: 'fail', startedAt: at, endedAt: at, reason }],
    now: new Date(at),
  };
  return resultText(facts, styleOf(false));
}

test.each([
  [{ name: 'unit', environment: null }, null],
  [{ name: 'switch', environment: 'production' }, '1.4.0'],
  [{ name: 'rollback-rehearsal', environment: 'staging' }, '1.4.0'],
])('a run that failed in %o can be retried', (stage, version) => {
  expect(failure(stage, version)).toContain('  → deployer retry desk-3   (or ship a fix: deployer ship)');
});

test.each(['watch', 'uat'])(
  'after a failed %s a fix is shipped, or the hold is lifted: a retry would be refused',
  (name) => {
    expect(failure({ name, environment: 'production' }, '1.4.0').split('\n')).toEqual([
      `✗ desk-3 failed in ${name} (production): it went wrong`,
      '  → deployer ship   (a fix; 1.4.0 is on hold in production)',
      '  → deployer unhold 1.4.0 --environment production --reason "…"   (to let it in again)',
    ]);
  },
);
