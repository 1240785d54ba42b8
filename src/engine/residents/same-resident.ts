import { residentInputs } from '../../core/resident.ts';
import type { Preparation } from '../../core/target.ts';
import { digestOf } from '../../lib/canonical-json.ts';

/** Whether what runs would be the same after a change. */
export function isSameResident(a: Preparation, b: Preparation): boolean {
  return digestOf(residentInputs(a)) === digestOf(residentInputs(b));
}
