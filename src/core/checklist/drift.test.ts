import { expect, test } from 'vitest';

import { live, nowMs, observation } from '../../../test/harness/cell-facts.ts';
import { driftOf } from './drift.ts';
import { isNews, observedAnewMs, observedContent, type PlaceObservation, unseenIn } from './observation.ts';

const worker = {
  name: 'jobs',
  artifact: 'sha256:a',
  inputs: 'sha256:i',
  replicas: 1,
  activation: 'when-live',
} as const;

test.each([
  ['all is as decided', live, observation(), []],
  ['one replica less', live, web({ ready: 1 }), ['1 of 2 replicas of web is ready']],
  ['one replica more', live, web({ replicas: 3, ready: 3 }), ['3 of 2 replicas of web are ready']],
  [
    'another digest',
    live,
    web({ artifact: 'sha256:b' }),
    ['web runs sha256:b, and sha256:artifact was released'],
  ],
  ['other settings', live, web({ inputs: 'sha256:b' }), ['web runs with other settings than were decided']],
  ['a supervisor that does not tell', live, web({ artifact: null, inputs: null }), []],
  ['nothing runs', live, observation({ deployments: [] }), ['nothing of staging-4 runs']],
  ['no edge', live, observation({ edge: null }), ['the edge does not run']],
  [
    'an edge off its table',
    live,
    observation({ edge: { generation: 8, readyWorkers: 1 } }),
    ['the edge routes by table 8, and 7 was decided'],
  ],
  [
    'an edge that did not answer',
    live,
    observation({ edge: null, edgeUnseen: 'It does not answer in time.' }),
    [],
  ],
  ['a place that did not answer', live, unseen(), []],
  ['nothing was ever decided', null, observation({ edge: null, decidedGeneration: 0 }), []],
  ['a worker that users need', { ...live, components: [worker] }, observation(), ['nothing of jobs runs']],
  ['a worker of a candidate', { ...live, isStable: false, components: [worker] }, observation(), []],
])('%s', (_, deployment, seen, expected) => {
  expect(driftOf({ deployment }, seen).map(({ observed }) => observed)).toEqual(expected);
});

function unseen(): PlaceObservation {
  const reason = 'It does not answer in time.';
  const deployments = [{ deployment: live.id, state: 'unseen', reason, components: [] } as const];
  return observation({ deployments });
}

test('what was not seen is named, with why', () => {
  expect(unseenIn(observation())).toEqual([]);
  expect(unseenIn({ ...unseen(), edge: null, edgeUnseen: 'It was silent.' })).toEqual([
    'the edge could not be looked at: it was silent',
    'staging-4 could not be looked at: it does not answer in time',
  ]);
});

function web(own: object): PlaceObservation {
  const [first] = observation().deployments;
  const [component] = first?.components ?? [];
  if (first === undefined || component === undefined) throw new Error('nothing is observed');
  return observation({ deployments: [{ ...first, components: [{ ...component, ...own }] }] });
}

test('free space and the words of a failing check are no news; that there is no room is', () => {
  const content = (disk: number) =>
    observedContent(observation({ disk: { freeBytes: disk, neededBytes: 10 } }));
  expect(content(11)).toEqual(content(12));
  expect(content(9)).not.toEqual(content(12));
});

test.each([
  [null, true],
  [{ atMs: nowMs - 1000, isSame: true }, false],
  [{ atMs: nowMs - 1000, isSame: false }, true],
  [{ atMs: nowMs - observedAnewMs, isSame: true }, true],
])('after %j, whether an observation is stored: %s', (last, expected) => {
  expect(isNews(last, nowMs)).toBe(expected);
});
