import type { RevisionsView } from '../../api/views/documents.ts';
import { causeText } from '../../core/document/revision.ts';
import { columns } from './columns.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { agoOf } from './time.ts';

/** The revisions of a document, the newest first, and what made each. */
export function revisionsText(
  { revisions, next }: RevisionsView,
  { style, width, now }: { readonly style: Style; readonly width: number; readonly now: Date },
): string {
  if (revisions.length === 0)
    return style.dim('There is no revision yet: deployer document makes the first.');
  const rows = revisions.map(({ revision, at, causes }) => [
    style.bold(String(revision)),
    style.dim(agoOf(at, now)),
    causes.map(causeText).join('; '),
  ]);
  const more = next === null ? [] : [hintText(`deployer document --history --after ${next}`, style)];
  return [...columns(rows, { width }), ...more].join('\n');
}
