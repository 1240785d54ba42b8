import { join } from 'node:path';

import { documentOf } from '../../src/core/document/document-of.ts';
import { checklistMarkdown } from '../../src/documents/checklist.ts';
import { documentMarkdown } from '../../src/documents/markdown.ts';
import { deskFolder, moments } from './moments.ts';

/** What stands under `examples/triage-desk/deployment/`: document and checklist at each moment. */
export function exampleDocuments(): readonly { readonly path: string; readonly content: string }[] {
  return moments().flatMap(({ name, facts }) => {
    const folder = join(deskFolder, 'deployment', name);
    const document = {
      path: join(folder, 'document.md'),
      content: documentMarkdown(documentOf(facts), null),
    };
    if (facts.checklist === null) return [document];
    return [document, { path: join(folder, 'checklist.md'), content: checklistMarkdown(facts.checklist) }];
  });
}
