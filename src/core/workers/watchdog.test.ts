import { expect, test } from 'vitest';

import {
  type Finding,
  findings,
  fullDatabase,
  fullDisk,
  healthOf,
  isConfirmed,
  remember,
  troubleText,
  type WorkerFacts,
} from './watchdog.ts';

const well: WorkerFacts = {
  pulses: [{ loop: 'converge', lastMs: 100_000, allowedMs: 15_000 }],
  lagMs: 20,
  oldestQueuedMs: null,
  unknown: [],
  gates: [
    { run: 'desk-1', waitsFor: null, asking: null },
    { run: 'desk-2', waitsFor: 'approval', asking: 'approval' },
    { run: 'desk-3', waitsFor: 'undecided', asking: 'smoke' },
    { run: 'desk-4', waitsFor: 'capacity', asking: null },
    { run: 'desk-5', waitsFor: 'freeze', asking: null },
  ],
  nowMs: 110_000,
};

test.each<[string, Partial<WorkerFacts>, string[], { live: boolean; ready: boolean }]>([
  ['all is well', {}, [], { live: true, ready: true }],
  ['a loop is late, but not stuck', { nowMs: 115_000 }, [], { live: true, ready: true }],
  ['a loop is stuck', { nowMs: 115_001 }, ['loop converge'], { live: false, ready: false }],
  ['a step computes for a while', { lagMs: 5000 }, [], { live: true, ready: true }],
  ['nothing else gets a turn', { lagMs: 5001 }, ['lag'], { live: true, ready: true }],
  ['runs are taken up in time', { oldestQueuedMs: 15_000 }, [], { live: true, ready: true }],
  ['runs are not taken up', { oldestQueuedMs: 15_001 }, ['queue'], { live: true, ready: false }],
  [
    'a newer Deployer began a run',
    { unknown: [{ run: 'desk-9', workflow: 'pipeline@2' }] },
    ['unknown desk-9'],
    { live: true, ready: true },
  ],
  [
    'a gate that nobody was told of',
    { gates: [{ run: 'desk-1', waitsFor: null, asking: 'approval' }] },
    ['untold desk-1'],
    { live: true, ready: true },
  ],
  [
    'a run waits for a gate that nobody asks',
    { gates: [{ run: 'desk-1', waitsFor: 'uat', asking: null }] },
    ['unasked desk-1'],
    { live: true, ready: true },
  ],
])('%s', (_, facts, keys, health) => {
  const found = findings({ ...well, ...facts });
  expect(found.map(({ key }) => key)).toEqual(keys);
  expect(healthOf(found)).toEqual(health);
});

test('a full disk is no reason to start the process anew, and names the command that shows it', () => {
  const found = fullDisk({ path: '/srv/deployer', neededBytes: 16 * 1024 ** 2 });
  expect(healthOf([found])).toEqual({ live: true, ready: false });
  expect(troubleText({ ...found, since: new Date(0).toISOString() }, 1000)).toBe(
    'the disk of /srv/deployer is full (less than 16 MiB are free); runs go on when there is room: df -h /srv/deployer',
  );
});

test('a database without room gets no new work, is no reason to start the process anew, and says what to do', () => {
  const found = fullDatabase();
  expect(healthOf([found])).toEqual({ live: true, ready: false });
  expect(troubleText({ ...found, since: new Date(0).toISOString() }, 60_000)).toMatch(
    /^the disk of the database is full.*, for 60 s: make room .*df -h/,
  );
});

test('what two looks in a row find is so since the first, and forgotten when it is gone', () => {
  const first = remember(new Map(), ['queue', 'untold desk-1'], 1000);
  const second = remember(first, ['queue'], 6000);
  expect([...second]).toEqual([['queue', { sinceMs: 1000, looks: 2 }]]);
  expect(remember(second, ['untold desk-1'], 9000).get('untold desk-1')).toEqual({ sinceMs: 9000, looks: 1 });
});

test('what may be the moment between two writes counts only at the second look', () => {
  const [untold] = findings({ ...well, gates: [{ run: 'desk-1', waitsFor: null, asking: 'uat' }] });
  const [queue] = findings({ ...well, oldestQueuedMs: 60_000 });
  const at = (finding: Finding | undefined, looks: number): boolean =>
    finding !== undefined && isConfirmed(finding, { sinceMs: 0, looks });
  expect([at(untold, 1), at(untold, 2), at(queue, 1)]).toEqual([false, true, true]);
});

test.each([
  [10_000, 'the edge is behind: deployer doctor'],
  [45_000, 'the edge is behind, for 45 s: deployer doctor'],
  [600_000, 'the edge is behind, for 10 min: deployer doctor'],
])('trouble says for how long it has been so, once that is news: %i ms', (ms, text) => {
  const trouble = { key: 'k', sentence: 'the edge is behind', next: 'deployer doctor' };
  expect(troubleText({ ...trouble, since: new Date(0).toISOString() }, ms)).toBe(text);
});
