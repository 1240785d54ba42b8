import { expect, test } from 'vitest';

import { stepContext } from '../../test/steps/step-context.ts';
import type { ResidentChange, Residents } from '../core/residents/change-residents.ts';
import { residentsStep } from './residents.ts';

const store = { component: 'store', url: null, artifact: 'sha256:a' };

/** Residents of which `store` is changed once, whoever asks again. */
function changedOnce(): Residents {
  let isDone = false;
  return {
    async change({ begins }): Promise<readonly ResidentChange[]> {
      if (isDone) return [{ ...store, change: 'unchanged' }];
      await begins('store', 'changed');
      isDone = true;
      return [{ ...store, change: 'changed' }];
    },
  };
}

test('a stage that is done again after a crash says what it changed before', async () => {
  await using tested = await stepContext();
  const step = residentsStep({ residents: changedOnce() });
  const first = await step.run(tested.context);
  expect(first).toMatchObject({ verdict: 'pass', reason: 'store was changed in place' });
  expect(await step.run(tested.context)).toEqual(first);
});

test('what another stage has changed stays as it is', async () => {
  const residents = changedOnce();
  await using earlier = await stepContext();
  await residentsStep({ residents }).run(earlier.context);
  await using tested = await stepContext();
  const { reason } = await residentsStep({ residents }).run(tested.context);
  expect(reason).toBe('store stays as it is');
});
