import type { DocumentDiffView } from '../../api/views/documents.ts';
import { revisionDiff } from '../../core/document/revision-diff.ts';
import { DeployerError } from '../../errors.ts';
import type { Queries } from '../../store/database.ts';
import { revisionOf, revisionView } from './document-view.ts';

/** Statements that were added, removed or changed from one revision to another, by section. */
export async function documentDiffView(
  db: Queries,
  integration: string,
  { a, b }: { readonly a: number | null; readonly b: number | null },
): Promise<DocumentDiffView> {
  if (a === null || b === null) {
    throw new DeployerError('usage', {
      message: 'A comparison needs two revisions.',
      hint: 'deployer document --diff 1 2',
      path: a === null ? 'a' : 'b',
    });
  }
  const before = await revisionOf(db, integration, a);
  const after = await revisionOf(db, integration, b);
  return {
    integration,
    a: revisionView(before),
    b: revisionView(after),
    ...revisionDiff(before.body, after.body),
  };
}
