import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';

import { jsonDiff } from './json-diff.ts';

test.each<[string, unknown, unknown, readonly unknown[]]>([
  ['a value', 1, 2, [{ path: '', from: 1, to: 2 }]],
  ['a key, deep', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [{ path: 'a.c', from: 2, to: 3 }]],
  ['a key that comes', {}, { a: { b: 1 } }, [{ path: 'a', from: null, to: { b: 1 } }]],
  ['a key that goes', { a: 0 }, {}, [{ path: 'a', from: 0, to: null }]],
  ['an entry of a list', { a: ['x', 'y'] }, { a: ['x', 'z'] }, [{ path: 'a[1]', from: 'y', to: 'z' }]],
  ['a list that grows', ['x'], ['x', 'y'], [{ path: '[1]', from: null, to: 'y' }]],
  ['a list in place of an object', { a: {} }, { a: [] }, [{ path: 'a', from: {}, to: [] }]],
  ['a text in place of a number', { a: 1 }, { a: '1' }, [{ path: 'a', from: 1, to: '1' }]],
  ['nothing in place of null, which nobody could see', { a: null }, {}, []],
])('%s', (_, from, to, changes) => {
  expect(jsonDiff(from, to)).toEqual(changes);
});

test('keys come in alphabetical order, whatever order they were written in', () => {
  const changes = jsonDiff({ b: 1, a: 1 }, { c: 1, b: 2, a: 2 });
  expect(changes.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
});

/** JSON without null, which stands for "not there". */
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('', 'x', 0, 1, true, false),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('json'), { noNullPrototype: true }),
  ),
}));

test('there is a change exactly when the values differ, and it reads the same backwards', () => {
  fc.assert(
    fc.property(json, json, (from, to) => {
      const changes = jsonDiff(from, to);
      expect(changes.length === 0).toBe(isDeepStrictEqual(from, to));
      const back = jsonDiff(to, from).map((change) => ({ ...change, from: change.to, to: change.from }));
      expect(back).toEqual(changes);
    }),
  );
});
