import { expect, test } from 'vitest';

import { type DeliverySwitch, deliveryFigures } from './delivery.ts';

const dayMs = 24 * 3_600_000;
const nowMs = 100 * dayMs;
const period = { nowMs, firstMs: 0, within: 90 };

function switched(own: Partial<DeliverySwitch>): DeliverySwitch {
  return { atMs: nowMs - dayMs, from: null, to: 'production-1', cause: 'ship', committedMs: null, ...own };
}

test('figures of an environment that nothing was shipped to lately say so, and invent none', () => {
  expect(deliveryFigures('production', [], period)).toEqual({
    environment: 'production',
    days: 90,
    deployments: 0,
    perWeek: 0,
    leadTime: null,
    failed: 0,
    failureRate: null,
    recovery: null,
  });
});

test('a younger environment is measured over the days that it has', () => {
  const figures = deliveryFigures('production', [switched({})], { ...period, firstMs: nowMs - 3.5 * dayMs });
  expect(figures).toMatchObject({ days: 4, deployments: 1, perWeek: 7 / 4 });
});

test('lead time is from the commit to the switch; a commit without a time, or after it, counts for nothing', () => {
  const atMs = nowMs - dayMs;
  const switches = [
    switched({ to: 'p-1', atMs, committedMs: atMs - 1000 }),
    switched({ from: 'p-1', to: 'p-2', atMs, committedMs: atMs - 3000 }),
    switched({ from: 'p-2', to: 'p-3', atMs, committedMs: null }),
    switched({ from: 'p-3', to: 'p-4', atMs, committedMs: atMs + 5000 }),
  ];
  expect(deliveryFigures('production', switches, period)).toMatchObject({
    deployments: 4,
    leadTime: { medianMs: 2000, longestMs: 3000, count: 2 },
  });
});

test.each(['rollback', 'watch', 'uat', 'undo'] as const)(
  'a deployment that users are taken back from by %s failed, for as long as they had it',
  (cause) => {
    const atMs = nowMs - dayMs;
    const switches = [
      switched({ to: 'p-1', atMs: atMs - dayMs }),
      switched({ from: 'p-1', to: 'p-2', atMs }),
      switched({ from: 'p-2', to: 'p-1', atMs: atMs + 60_000, cause }),
      switched({ from: 'p-1', to: 'p-3', atMs: atMs + 120_000 }),
    ];
    expect(deliveryFigures('production', switches, period)).toMatchObject({
      deployments: 3,
      failed: 1,
      failureRate: 1 / 3,
      recovery: { medianMs: 60_000, longestMs: 60_000, count: 1 },
    });
  },
);

test('a rehearsal moves users there and back and is neither a deployment nor a failure', () => {
  const atMs = nowMs - dayMs;
  const switches = [
    switched({ to: 'p-2', from: 'p-1', atMs }),
    switched({ to: 'p-1', from: 'p-2', atMs: atMs + 1, cause: 'rehearsal' }),
    switched({ to: 'p-2', from: 'p-1', atMs: atMs + 2, cause: 'rehearsal' }),
  ];
  expect(deliveryFigures('production', switches, period)).toMatchObject({ deployments: 1, failed: 0 });
});
