import type { EdgeRef } from '../../core/switching/edge.ts';
import type { EngineParts } from '../parts.ts';
import { putBackAll } from '../residents/put-back.ts';
import { begunBy } from '../residents/resident-records.ts';
import { runAlone } from '../residents/run-alone.ts';

/**
 * Puts back what a run that was cut off had begun to change of residents. The run holds the environment. What could not
 * be put back is returned, in sentences.
 */
export async function undoResidents(
  parts: EngineParts,
  ref: EdgeRef,
  { run, ending, withinMs }: { readonly run: string; readonly ending: string; readonly withinMs: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  if ((await begunBy(parts.database.db, ref, run)).length === 0) return [];
  // Its log is closed; what it waits for is shown all the same.
  const alone = { run, ref, withinMs, log: () => undefined };
  return await runAlone(parts, alone, signal, async (whileLocked) => {
    const undone = { run, reason: `its run was ${ending}`, log: () => undefined };
    const stuck = await putBackAll(parts, ref, undone, whileLocked);
    // Who has lost the lock cannot say what is left.
    whileLocked.throwIfAborted();
    return stuck.map((line) => parts.secrets.known.redact(line));
  });
}
