import { expect, test } from 'vitest';

import { decisionDeadlineMs } from '../pipeline/durations.ts';
import { queueOf, startWorkerHint, waitsForHost, workerId } from './host.ts';

const host = { name: 'build-7', home: '/srv/deployer', seenAtMs: Date.parse('2026-12-07T12:00:00Z') };

test('a run whose host is silent says where it has to run, since when, until when, and what to type', () => {
  const waiting = waitsForHost({ id: 'desk-3', environment: 'production' }, host);
  expect(waiting).toEqual({
    kind: 'capacity',
    run: 'desk-3',
    environment: 'production',
    reason: 'no worker runs on build-7 (/srv/deployer), where it has to run',
    since: '2026-12-07T12:00:00.000Z',
    deadline: new Date(host.seenAtMs + decisionDeadlineMs).toISOString(),
    next: startWorkerHint(host),
  });
});

test('a worker and the queue of its host are told apart from those of any other host', () => {
  expect(workerId({ id: 'a1' }, 'x').startsWith('a1/')).toBe(true);
  expect(queueOf('a1')).not.toBe(queueOf('a2'));
});
