import type { CellStatus } from '../checklist/checklist.ts';
import { type DeploymentDocument, statementsOf } from './document.ts';
import type { DocumentFacts } from './facts.ts';

/** What an index over integrations tells of a document. */
export interface DocumentSummary {
  readonly name: string;
  readonly emoji: string;
  readonly live: readonly { readonly environment: string; readonly version: string | null }[];
  readonly questions: number;
  readonly conflicts: number;
  readonly drifts: number;
  /** Cells of the checklist by status. */
  readonly checklist: Readonly<Partial<Record<CellStatus, number>>>;
}

export function summaryOf(
  { definition, environments, settled, checklist }: DocumentFacts,
  document: DeploymentDocument,
): DocumentSummary {
  const cells = checklist.items.flatMap((row) => Object.values(row.cells));
  const counts: Partial<Record<CellStatus, number>> = {};
  for (const { status } of cells) counts[status] = (counts[status] ?? 0) + 1;
  return {
    name: definition.name,
    emoji: definition.emoji,
    live: environments.map(({ environment, live }) => ({ environment, version: live?.version ?? null })),
    questions: settled.open.length,
    conflicts: settled.conflicts.length,
    drifts: statementsOf(document).filter(({ drift }) => drift !== null).length,
    checklist: counts,
  };
}
