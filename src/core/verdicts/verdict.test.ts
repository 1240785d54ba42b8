import { expect, test } from 'vitest';

import type { StageKind } from '../pipeline/plan.ts';
import { kept } from './verdict.ts';

test.each<[StageKind, 'undecided' | 'fail']>([
  ['checkout', 'fail'],
  ['build', 'fail'],
  ['package', 'fail'],
  ['setup', 'fail'],
  ['migrate', 'fail'],
  ['prepare', 'fail'],
  ['switch', 'fail'],
  ['suite', 'undecided'],
  ['performance', 'undecided'],
  ['verify', 'undecided'],
  ['checklist', 'undecided'],
  ['rollback-rehearsal', 'undecided'],
  ['watch', 'undecided'],
])('%s that the machine kept from its work is %s', (stage, verdict) => {
  expect(kept(stage, 'the disk was full', [])).toEqual({
    verdict,
    reason: 'the disk was full',
    evidence: [],
  });
});
