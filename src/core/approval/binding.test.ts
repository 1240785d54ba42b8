import { expect, test } from 'vitest';

import { type Binding, bindingChanges } from './binding.ts';

const binding: Binding = {
  environment: 'production',
  release: 'sha256:r',
  content: 'sha256:c',
  configuration: 'sha256:f',
  policy: 'sha256:p',
  deployment: 'production-2',
  replaces: 'production-1',
  residents: 'sha256:s',
};

test('what is shown and what stands now are the same: no change', () => {
  expect(bindingChanges(binding, { ...binding })).toEqual([]);
});

test.each(Object.keys(binding) as (keyof Binding)[])(
  'a change of %s alone is told, with both values',
  (part) => {
    const now = { ...binding, [part]: 'other' };
    expect(bindingChanges(binding, now)).toEqual([{ part, from: binding[part], to: 'other' }]);
  },
);

test('what was not there, or is not there any more, is null', () => {
  expect(bindingChanges({ ...binding, deployment: null }, { ...binding, replaces: null })).toEqual([
    { part: 'deployment', from: null, to: 'production-2' },
    { part: 'replaces', from: 'production-1', to: null },
  ]);
});
