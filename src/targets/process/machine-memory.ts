import { totalmem } from 'node:os';

import type { PlaceMemory } from '../../core/places/target.ts';

/** The memory of this machine, or of the control group that this process is confined to where that is less. */
export function machineMemory(): PlaceMemory {
  const confinedTo = process.constrainedMemory();
  const isConfined = confinedTo > 0 && confinedTo < totalmem();
  const totalBytes = isConfined ? confinedTo : totalmem();
  return { totalBytes, availableBytes: Math.min(totalBytes, process.availableMemory()) };
}
