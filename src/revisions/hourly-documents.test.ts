import { expect, test } from 'vitest';

import { outcomeOf } from './hourly-documents.ts';
import type { RevisionOutcome } from './revise-here.ts';

test.each<readonly [string, Readonly<Record<string, RevisionOutcome>>, object]>([
  ['nothing', {}, { ok: true, summary: '0 documents looked at, 0 changed' }],
  [
    'some that are of another host',
    { a: 'new', b: 'same', c: 'elsewhere' },
    { ok: true, summary: '2 documents looked at, 1 changed' },
  ],
  [
    'one that could not be written',
    { a: 'new', b: { failed: 'Git does not answer.' } },
    {
      ok: false,
      summary: '2 documents looked at, 1 changed, 1 could not be written: b: Git does not answer.',
      findings: { b: ['Git does not answer.'] },
    },
  ],
])(
  'the hour ends well only when every document of this host could be written: %s',
  (_, outcomes, expected) => {
    expect(outcomeOf(new Map(Object.entries(outcomes)))).toEqual(expected);
  },
);
