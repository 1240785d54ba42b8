import { residentInputs } from '../../core/resident.ts';
import type { ResidentPreparation } from '../../core/target.ts';
import { digestOf } from '../../lib/canonical-json.ts';

/** Whether what runs would be the same after a change. */
export function isSameResident(a: ResidentPreparation, b: ResidentPreparation): boolean {
  return digestOf(residentInputs(a)) === digestOf(residentInputs(b));
}
