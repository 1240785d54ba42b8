import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Alert, nextAlert } from './alert-state.ts';
import type { Judgement } from './judge.ts';

const windowMs = 60_000;
const lookMs = 5000;

function judged(kind: Judgement['kind']): Judgement {
  return { kind, value: null, text: kind };
}

interface Step {
  readonly nowMs: number;
  readonly kind: Judgement['kind'];
  readonly before: Alert | null;
  readonly after: Alert;
  readonly event: 'firing' | 'resolved' | null;
}

/** What becomes of an alert at one look after the other. */
function run(kinds: readonly Judgement['kind'][]): readonly Step[] {
  const steps: Step[] = [];
  for (const [index, kind] of kinds.entries()) {
    const before = steps.at(-1)?.after ?? null;
    const nowMs = index * lookMs;
    steps.push({ nowMs, kind, before, ...nextAlert(before, judged(kind), { nowMs, windowMs }) });
  }
  return steps;
}

const kind = fc.constantFrom('above', 'within', 'unjudged');
/** Looks that say the same for a while. */
const looks = fc
  .array(fc.record({ kind, times: fc.integer({ min: 1, max: 15 }) }), { minLength: 3, maxLength: 20 })
  .map((runs) => runs.flatMap((each) => Array.from({ length: each.times }, () => each.kind)));

test('firing and resolved follow each other, firing first', () => {
  fc.assert(
    fc.property(looks, (kinds) => {
      const events = run(kinds).flatMap(({ event }) => event ?? []);
      for (const [index, event] of events.entries())
        expect(event).toBe(index % 2 === 0 ? 'firing' : 'resolved');
    }),
  );
});

test('it fires at most once in a window, however its figure swings', () => {
  fc.assert(
    fc.property(looks, (kinds) => {
      const fired = run(kinds).filter(({ event }) => event === 'firing');
      for (const [index, { nowMs }] of fired.entries()) {
        const before = fired[index - 1];
        if (before !== undefined) expect(nowMs - before.nowMs).toBeGreaterThan(windowMs);
      }
    }),
    { numRuns: 1000 },
  );
});

test('it changes to or from firing only when two looks in a row agree', () => {
  fc.assert(
    fc.property(looks, (kinds) => {
      const steps = run(kinds);
      for (const [index, { event, kind }] of steps.entries()) {
        if (event === null) continue;
        expect(kind).toBe(event === 'firing' ? 'above' : 'within');
        expect(steps[index - 1]?.kind).toBe(kind);
      }
    }),
  );
});

test('what cannot be judged is never ok, and what fires goes on firing', () => {
  fc.assert(
    fc.property(looks, (kinds) => {
      for (const { kind, before, after } of run(kinds)) {
        if (kind === 'unjudged')
          expect(after.state).toBe(before?.state === 'firing' ? 'firing' : 'undecided');
      }
    }),
  );
});

test('two looks above always make it fire', () => {
  fc.assert(
    fc.property(looks, (kinds) => {
      expect(run([...kinds, 'above', 'above']).at(-1)?.after.state).toBe('firing');
    }),
  );
});

test('since when it is so does not move while it is so, also over a restart', () => {
  const steps = run(['unjudged', 'above', 'above', 'unjudged', 'above']);
  expect(steps.map(({ after }) => after.sinceMs)).toEqual([0, 0, 10_000, 10_000, 10_000]);
  const remembered: Alert = { state: 'firing', sinceMs: 1000, seen: { ...judged('unjudged'), looks: 0 } };
  const { after, event } = nextAlert(remembered, judged('above'), { nowMs: 90_000, windowMs });
  expect({ state: after.state, sinceMs: after.sinceMs, event }).toEqual({
    state: 'firing',
    sinceMs: 1000,
    event: null,
  });
});
