import { expect, test } from 'vitest';

import { endableResidents, type ResidentRecord } from './resident-end.ts';

const store: ResidentRecord = {
  environment: 'production',
  component: 'store',
  isDecided: true,
  changedBy: null,
};

test.each<[string, boolean, Partial<ResidentRecord>, readonly string[]]>([
  ['no release that is kept has it', true, {}, ['cache']],
  ['one that is kept has it', false, {}, ['cache', 'store']],
  ['a run is changing it', false, { changedBy: 'desk-7' }, []],
  ['it has ended already', false, { isDecided: false }, []],
])('%s: it may end %s', (_, mayEnd, own, kept) => {
  expect(endableResidents([{ ...store, ...own }], new Set(kept)).length === 1).toBe(mayEnd);
});
