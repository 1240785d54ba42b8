import { expect, test } from 'vitest';

import type { RunView } from '../../api/views/runs.ts';
import type { StageRecord } from '../../core/pipeline/run.ts';
import { runText } from './run-text.ts';
import { styleOf } from './style.ts';

const settings = { style: styleOf(false), width: 100, now: new Date('2026-12-07T12:10:00Z'), output: [] };

function stage(name: string, environment: string, own: Partial<StageRecord>): StageRecord {
  const startedAt = '2026-12-07T12:00:00Z';
  const ended = { verdict: null, startedAt, endedAt: startedAt, reason: null };
  return { name, environment, state: 'passed', ...ended, ...own };
}

function view(watch: Partial<StageRecord>, own: Partial<RunView> = {}): RunView {
  const stages = [
    stage('verify', 'dev', {}),
    stage('switch', 'production', {}),
    stage('watch', 'production', { startedAt: '2026-12-07T12:01:00Z', ...watch }),
    stage('uat', 'production', { state: 'skipped', startedAt: null, endedAt: null }),
  ];
  const back = {
    from: 'production-5',
    to: 'production-4',
    cause: 'watch' as const,
    switchMs: 12.4,
    workersMs: 0,
  };
  return {
    run: 'desk-5',
    integration: 'desk',
    release: null,
    version: '1.4.0',
    commit: 'c'.repeat(40),
    state: 'failed',
    to: 'production',
    requester: 'dev@example.com',
    note: null,
    reason: 'errors',
    startedAt: '2026-12-07T12:00:00Z',
    endedAt: '2026-12-07T12:03:00Z',
    stages,
    waiting: null,
    hold: null,
    switchedBack: [{ ...back, environment: 'production', at: '2026-12-07T12:02:00Z' }],
    ...own,
  };
}

test('a run that ended badly says where users are since, below the stage that failed, there and nowhere else', () => {
  const text = runText(view({ state: 'failed' }), settings);
  expect(text.match(/↩/g)).toHaveLength(1);
  expect(text).toMatch(
    /✗ watch .*\n {2}↩ production is back on production-4 \(production-5 -> production-4 in 12 ms\)\n {2}· not run: uat/,
  );
});

test('what an earlier attempt came to is not where users are', () => {
  const again = view({ state: 'running', startedAt: '2026-12-07T12:05:00Z' }, { state: 'running' });
  expect(runText(again, settings)).not.toContain('↩');
});
