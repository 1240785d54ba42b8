import type { Words } from '../core/document/document.ts';
import { timeText, words } from '../core/document/words.ts';

/** Which revision of a document it is. */
export interface Provenance {
  readonly revision: number;
  /** ISO 8601. */
  readonly at: string;
  /** What changed since the one before: `switch production-4`, with who did it. */
  readonly causes: readonly string[];
}

export function provenanceWords({ revision, at, causes }: Provenance): Words {
  const why = causes.length === 0 ? '' : `, after ${causes.join('; ')}`;
  return words`Revision ${revision} of ${timeText(at)}${why}.`;
}
