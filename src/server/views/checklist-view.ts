import type { ChecklistView, WaivedView } from '../../api/views/checklist.ts';
import { checklistOf } from '../../core/checklist/cells.ts';
import { waiverViews } from '../../core/checklist/waiver.ts';
import type { Waived } from '../../engine/acts/waive.ts';
import { checklistFacts } from '../../engine/checklist/checklist-facts.ts';
import { toWaiverFacts } from '../../engine/checklist/waiver-facts.ts';
import type { EngineParts } from '../../engine/parts.ts';
import type { Queries } from '../../store/database.ts';
import { findRelease, newestRelease, type ReleaseRow } from '../../store/releases.ts';

/** @param reference digest, prefix, version or commit; null: the newest release */
export async function checklistView(
  parts: EngineParts,
  integration: string,
  reference: string | null,
): Promise<ChecklistView> {
  const release = await releaseNamed(parts.database.db, integration, reference);
  return checklistOf(integration, await checklistFacts(parts, { integration, release }));
}

/** The release that a reference names, else the newest one; null: there is none yet. */
export async function releaseNamed(
  db: Queries,
  integration: string,
  reference: string | null,
): Promise<ReleaseRow | null> {
  return reference === null
    ? await newestRelease(db, integration)
    : await findRelease(db, integration, reference);
}

export function waivedView({ waiver, goesOn }: Waived, nowMs: number): WaivedView {
  const [view] = waiverViews([toWaiverFacts(waiver)], nowMs);
  if (view === undefined) throw new Error('a waiver has no view');
  return { waiver: view, goesOn };
}
