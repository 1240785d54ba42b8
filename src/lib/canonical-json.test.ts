import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalJson, digestOf } from './canonical-json.ts';

test('data comes out as in the example of RFC 8785, section 3.2.2', () => {
  const data = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27],
    string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  expect(canonicalJson(data)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
      String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('keys are sorted by UTF-16 code units, as in section 3.2.3', () => {
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const sorted = Object.keys(
    JSON.parse(canonicalJson(Object.fromEntries(keys.map((key) => [`k${key}`, 0])))) as object,
  );
  expect(sorted).toEqual(
    ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'].map((key) => `k${key}`),
  );
});

test.each([
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555554', '333333333.33333325'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
])('the number with the bits %s is written %s, as in appendix B', (bits, text) => {
  expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
});

test('equal data has one form, whatever order its keys were written in, and reads back equal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(canonicalJson(withKeysReversed(value))).toBe(text);
      // JSON has one zero.
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.each<[string, unknown, string]>([
  ['undefined in an object', { a: { b: undefined } }, '$.a.b is undefined'],
  ['undefined in a list', [1, undefined], '$[1] is undefined'],
  ['a hole in a list', Array(1), '$[0] is undefined'],
  ['nothing at all', undefined, '$ is undefined'],
  ['NaN', { a: [Number.NaN] }, '$.a[0] is NaN'],
  ['infinity', -Infinity, '$ is -Infinity'],
  ['a big integer', { n: 1n }, '$.n is bigint'],
  ['a function', { f: () => 1 }, '$.f is function'],
  ['a date', { at: new Date(0) }, '$.at is a Date'],
  ['a map', new Map(), '$ is a Map'],
  ['bytes', { b: Buffer.from('x') }, '$.b is a Buffer'],
  ['half a surrogate pair', { s: '\ud800' }, '$.s has half of a surrogate pair'],
  ['half a surrogate pair in a key', { '\udc00': 1 }, 'a key of $ has half of a surrogate pair'],
  ['a symbol as a key', { [Symbol('s')]: 1 }, '$ has a symbol as a key'],
  ['a circle', circle(), '$.self contains itself'],
])('%s is refused by its place', (_, value, message) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
  expect(() => canonicalJson(value)).toThrow(message);
});

test('the same object twice is no circle', () => {
  const shared = { a: 1 };
  expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
});

test('a digest is the sha256 of the form in UTF-8', () => {
  // printf '{"a":"\xc3\xa9"}' | sha256sum
  expect(digestOf({ a: 'é' })).toBe(
    'sha256:b3a092a6af48807fa9482b2ee140105575daa26d5b24b3c0e60a7e2dee6683b1',
  );
  expect(digestOf({})).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
});

function withKeysReversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withKeysReversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, withKeysReversed(member)] as const);
  return Object.fromEntries(entries.reverse());
}

function circle(): object {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}
