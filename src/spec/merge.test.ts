import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepMerge, mirrored } from './merge.ts';

const value: fc.Arbitrary<unknown> = fc.object({
  maxDepth: 3,
  maxKeys: 4,
  key: fc.constantFrom('a', 'b', 'c'),
  values: [fc.integer(), fc.string(), fc.constant(null)],
});

function frozen<T>(part: T): T {
  if (typeof part === 'object' && part !== null) Object.values(part).forEach(frozen);
  return Object.freeze(part);
}

test('mappings merge key by key, and everything else is replaced whole', () => {
  expect(deepMerge({ a: { x: 1, y: [1, 2] }, b: 1 }, { a: { y: [3] }, c: 2 })).toEqual({
    a: { x: 1, y: [3] },
    b: 1,
    c: 2,
  });
  expect(deepMerge({ a: { x: 1 } }, { a: 5 })).toEqual({ a: 5 });
  expect(deepMerge({ a: 5 }, { a: { x: 1 } })).toEqual({ a: { x: 1 } });
});

test('merging never changes what it merges', () => {
  fc.assert(
    fc.property(value, value, (base, own) => {
      const before = structuredClone([base, own]);
      deepMerge(frozen(base), frozen(own));
      expect([base, own]).toEqual(before);
    }),
  );
});

test('what is merged in wins, and merging it again changes nothing', () => {
  fc.assert(
    fc.property(value, value, (base, own) => {
      const merged = deepMerge(base, own);
      expect(deepMerge(merged, own)).toEqual(merged);
      expect(merged).toMatchObject(own as object);
    }),
  );
});

test('an environment takes over the shape of its original and none of its policy', () => {
  const original = {
    target: 'process',
    replicas: 2,
    env: { A: '1', B: '1' },
    components: { web: { replicas: 3 } },
    gates: ['e2e'],
    approval: { none: 'x' },
    uat: {},
    watch: { seconds: 1 },
    keepPrevious: '1h',
    edge: { port: 1 },
    users: 'internal',
    differs: { replicas: 'x' },
  } as const;
  expect(mirrored({ mirrors: 'production', env: { B: '2' } }, frozen(original))).toEqual({
    mirrors: 'production',
    target: 'process',
    replicas: 2,
    env: { A: '1', B: '2' },
    components: { web: { replicas: 3 } },
  });
});
