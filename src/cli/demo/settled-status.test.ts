import { expect, test } from 'vitest';

import type { StatusView } from '../../api/views/status.ts';
import { settledStatus } from './settled-status.ts';

const { signal } = new AbortController();

function status(trouble: readonly string[]): StatusView {
  const environment = {
    name: 'production',
    target: 'process',
    host: null,
    url: null,
    caFile: null,
    live: null,
    previous: null,
    candidate: null,
    deployments: [],
    residents: [],
    frozen: null,
    waiting: [],
    trouble,
  } as const;
  const of = { integration: 'desk', name: 'Desk', emoji: '🎫', tracking: null, trouble: [] };
  return { ...of, waiting: [], running: [], notices: [], environments: [environment] };
}

test('the demo ends on what is there when nothing is wrong any more', async () => {
  const seen = [status(['production-2: Replica 0 of digest is starting.']), status([])];
  const shown = await settledStatus(() => Promise.resolve(seen.shift() ?? status(['looked too often'])), {
    timeoutMs: 20_000,
    signal,
  });
  expect(shown).toEqual(status([]));
});

test('what stays wrong is shown all the same, when the time is over', async () => {
  const wrong = status(['the edge does not run']);
  expect(await settledStatus(() => Promise.resolve(wrong), { timeoutMs: 0, signal })).toEqual(wrong);
});
