import { portRanges } from '../../../core/places/port-ranges.ts';
import { freePort, freePortIn, isPortFree } from '../../../lib/free-port.ts';

/**
 * The port for the next start of a replica: the one it had, so that whoever was told its address stays right, unless
 * another program took it meanwhile.
 */
export async function choosePort(kept: number | null, taken: ReadonlySet<number>): Promise<number> {
  if (kept !== null && (await isPortFree(kept))) return kept;
  return (await freePortIn({ ...portRanges.replica, except: taken })) ?? (await freePort());
}
