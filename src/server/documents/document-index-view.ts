import type { DocumentFormat, DocumentIndexView } from '../../api/views/documents.ts';
import { indexHtml, indexMarkdown } from '../../documents/document-index.ts';
import type { Queries } from '../../store/database.ts';
import { newestRevisions } from '../../store/documents.ts';
import { revisionView } from './document-view.ts';

const pageSize = 200;

/** Every integration, as its newest revision has it. */
export async function documentIndexView(
  db: Queries,
  { format, after }: { readonly format: DocumentFormat; readonly after: string | null },
): Promise<DocumentIndexView> {
  const rows = await newestRevisions(db, after ?? '', pageSize + 1);
  const page = rows.slice(0, pageSize);
  const integrations = page.map((row) => ({ ...row.summary, ...revisionView(row) }));
  const last = page.at(-1);
  return {
    integrations,
    next: rows.length > pageSize && last !== undefined ? last.integration : null,
    content:
      format === 'json' ? null : format === 'md' ? indexMarkdown(integrations) : indexHtml(integrations),
  };
}
