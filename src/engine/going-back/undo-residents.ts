import type { EdgeRef } from '../../core/edge.ts';
import type { EngineParts } from '../parts.ts';
import { begunBy, goBackAll, whileAlone } from '../residents/resident-life.ts';

/**
 * Puts back what a run that was cut off had begun to change of residents. The run holds the environment. What could not
 * be put back is returned, in sentences.
 */
export async function undoResidents(
  parts: EngineParts,
  ref: EdgeRef,
  { run, ending }: { readonly run: string; readonly ending: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  if ((await begunBy(parts.database.db, ref, run)).length === 0) return [];
  return await whileAlone(parts, ref, signal, async (whileLocked) => {
    const undone = { run, reason: `its run was ${ending}`, log: () => undefined };
    const stuck = await goBackAll(parts, ref, undone, whileLocked);
    // Who has lost the lock cannot say what is left.
    whileLocked.throwIfAborted();
    return stuck.map((line) => parts.secrets.known.redact(line));
  });
}
