import { expect, test } from 'vitest';

import { lastBegun, type StageState } from './run.ts';

function stage(environment: string, state: StageState) {
  return { environment, state };
}

test('what a run did in an environment is judged by the last stage that has begun there', () => {
  const stages = [stage('dev', 'passed'), stage('production', 'passed'), stage('production', 'failed')];
  const ahead = [stage('production', 'skipped'), stage('production', 'pending')];
  expect(lastBegun([...stages, ...ahead], 'production')).toBe(2);
  expect(lastBegun([...stages, ...ahead], 'dev')).toBe(0);
  expect(lastBegun(ahead, 'production')).toBe(-1);
});
