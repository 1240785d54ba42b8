import { expect, test } from 'vitest';

import { component } from '../../test/steps/step-context.ts';
import { buildLanes } from './build-lanes.ts';

test('builds in separate folders may run at the same time', () => {
  expect(namesOf(['services/a', 'services/ab', '..data'])).toEqual([['c0'], ['c1'], ['c2']]);
});

test('builds in folders that contain one another keep their order in one lane', () => {
  expect(namesOf(['services/a', 'services/b', 'services/a/web', '.'])).toEqual([['c0', 'c1', 'c2', 'c3']]);
  expect(namesOf(['services/a', 'services/b', 'services/a/web'])).toEqual([['c1'], ['c0', 'c2']]);
});

test('the same command in the same folder runs once', () => {
  const build = command('npm ci');
  const [lane] = buildLanes([
    component('agent', { path: 'app', build }),
    component('worker', { path: 'app/', build }),
    component('docs', { path: 'app', build: command('make') }),
  ]);
  expect(lane?.map((job) => job.components)).toEqual([['agent', 'worker'], ['docs']]);
});

test('components without a build take no lane', () => {
  expect(buildLanes([component('a'), component('b')])).toEqual([]);
});

function namesOf(paths: readonly string[]): readonly (readonly string[])[] {
  const components = paths.map((path, n) => component(`c${n}`, { path, build: command(`build ${n}`) }));
  return buildLanes(components).map((lane) => lane.flatMap((job) => job.components));
}

function command(run: string): { run: string; timeoutMs: number; env: Record<string, string> } {
  return { run, timeoutMs: 1000, env: {} };
}
