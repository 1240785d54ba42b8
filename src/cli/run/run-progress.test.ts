import { expect, test } from 'vitest';

import type { RunEvent, StageRecord } from '../../core/pipeline/run.ts';
import { styleOf } from '../output/style.ts';
import { RunProgress } from './run-progress.ts';

const at = '2026-12-07T12:00:00.000Z';

function progress(isVerbose = false): RunProgress {
  return new RunProgress({ style: styleOf(false), width: 90, isVerbose });
}

function stage(facts: Partial<StageRecord>): RunEvent {
  const none = { environment: null, verdict: null, startedAt: at, endedAt: null, reason: null } as const;
  return { type: 'stage', run: 'desk-1', at, name: 'build', state: 'running', ...none, ...facts };
}

function said(line: string, stageName = 'build'): RunEvent {
  return { type: 'log', run: 'desk-1', at, stage: stageName, environment: null, stream: 'stdout', line };
}

function read(view: RunProgress, events: readonly RunEvent[]): string {
  return events.flatMap((event) => view.read(event) ?? []).join('\n');
}

const ended = '2026-12-07T12:00:02.340Z';

test('a stage is one line when it has ended, below the name of its environment', () => {
  const text = read(progress(), [
    stage({ state: 'pending' }),
    stage({ state: 'running' }),
    said('compiling'),
    stage({ state: 'passed', verdict: 'pass', endedAt: ended, reason: '6 components' }),
    stage({ name: 'prepare', environment: 'dev', state: 'running' }),
    stage({ name: 'prepare', environment: 'dev', state: 'passed', endedAt: ended }),
    stage({ name: 'switch', environment: 'dev', state: 'passed', endedAt: ended }),
    stage({ name: 'uat', environment: 'dev', state: 'skipped' }),
  ]);
  expect(text).toBe(
    [
      '  ✓ build                    2.3 s  6 components',
      '',
      'dev',
      '  ✓ prepare                  2.3 s',
      '  ✓ switch                   2.3 s',
    ].join('\n'),
  );
});

test('a stage that failed shows the last lines that it wrote', () => {
  const lines = Array.from({ length: 34 }, (_, index) => said(`line ${index + 1}`));
  const failed = stage({
    state: 'failed',
    verdict: 'fail',
    endedAt: ended,
    reason: 'npm ci ended with exit code 1',
  });
  const text = read(progress(), [stage({}), ...lines, failed]).split('\n');
  expect(text[0]).toBe('  ✗ build                    2.3 s  npm ci ended with exit code 1');
  expect(text[1]).toBe('    │ … 4 earlier lines');
  expect(text[2]).toBe('    │ line 5');
  expect(text.at(-1)).toBe('    │ line 34');
});

test('what a stage wrote before it was tried again is not shown a second time', () => {
  const failed = stage({ state: 'failed', endedAt: ended });
  const text = read(progress(), [stage({}), said('first'), failed, stage({}), said('second'), failed]);
  expect(text.match(/first/g)).toHaveLength(1);
  expect(text.match(/second/g)).toHaveLength(1);
});

test('with --verbose every line is shown when it is written, and not again at the failure', () => {
  const text = read(progress(true), [stage({}), said('one'), stage({ state: 'failed', endedAt: ended })]);
  expect(text.split('\n')[0]).toBe('    │ one');
  expect(text.match(/one/g)).toHaveLength(1);
});

test('a run that waits for its turn says for what, and goes on', () => {
  const view = progress();
  const waiting = {
    kind: 'capacity',
    run: 'desk-2',
    environment: 'dev',
    reason: 'desk-1 is changing dev',
    since: at,
    deadline: ended,
    next: 'deployer run desk-1',
  } as const;
  const text = read(view, [{ type: 'waiting', run: 'desk-2', at, waiting }]);
  expect(text).toBe('\ndev\n  • waits for its turn: desk-1 is changing dev');
  expect(view.current?.what).toBe('waiting for its turn');
});

test('the spinner knows what goes on, and the last thing it said', () => {
  const view = progress();
  view.read(stage({}));
  view.read(said('compiling'));
  expect(view.current).toEqual({ what: 'build', startedAt: at, latest: 'compiling' });
  view.read(stage({ state: 'passed', endedAt: ended }));
  expect(view.current).toBeNull();
});

test('a long reason is wrapped under itself', () => {
  const reason =
    'Two of fourteen tests failed: answers a refund ticket, refuses an injection in the subject line.';
  const [, second] = read(progress(), [stage({ state: 'failed', endedAt: ended, reason })]).split('\n');
  expect(second).toMatch(/^ {36}\S/);
});
