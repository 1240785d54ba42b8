import { expect, test } from 'vitest';

import { EdgeRoutesSchema } from './schema.ts';

const rule = { audience: null, split: [{ deployment: 'production-1', weight: 1 }], key: null };
const table = { v: 1, generation: 3, rules: [rule], previews: { 'production-2': 7001 } };
const backends = { 'production-1': ['127.0.0.1:4711', '[::1]:4711'], 'production-2': [] };

test('a table with the addresses of all that it names is taken', () => {
  expect(EdgeRoutesSchema.parse({ table, backends })).toEqual({ table, backends });
});

test.each<[string, unknown]>([
  ['another version', { table: { ...table, v: 2 }, backends }],
  ['a negative generation', { table: { ...table, generation: -1 }, backends }],
  [
    'a rule for an audience',
    { table: { ...table, rules: [{ ...rule, audience: 'internal' }, rule] }, backends },
  ],
  ['a key', { table: { ...table, rules: [{ ...rule, key: 'sub' }] }, backends }],
  ['an empty split', { table: { ...table, rules: [{ ...rule, split: [] }] }, backends }],
  [
    'a weight of 0',
    {
      table: { ...table, rules: [{ ...rule, split: [{ deployment: 'production-1', weight: 0 }] }] },
      backends,
    },
  ],
  ['a port that is none', { table: { ...table, previews: { 'production-2': 70_000 } }, backends }],
  [
    'two previews on one port',
    { table: { ...table, previews: { 'production-1': 7001, 'production-2': 7001 } }, backends },
  ],
  ['a stable deployment without addresses', { table, backends: { 'production-2': [] } }],
  ['a preview without addresses', { table, backends: { 'production-1': [] } }],
  ['an address that is none', { table, backends: { ...backends, 'production-2': ['http://x/'] } }],
])('%s is refused', (_, routes) => {
  expect(EdgeRoutesSchema.safeParse(routes).success).toBe(false);
});
