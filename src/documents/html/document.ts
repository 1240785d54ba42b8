import type { Block, DeploymentDocument } from '../../core/document/document.ts';
import { type Provenance, provenanceWords } from '../provenance.ts';
import { htmlBlocks } from './blocks.ts';
import { htmlPage } from './page.ts';
import { htmlWords } from './text.ts';

/** A deployment document as one HTML file. */
export function documentHtml(document: DeploymentDocument, provenance: Provenance | null): string {
  const revision =
    provenance === null ? '' : `<p class="revision">${htmlWords(provenanceWords(provenance))}</p>\n`;
  return htmlPage({
    title: document.title,
    head: revision + htmlBlocks(document.introduction, 2),
    sections: [
      ...document.sections.map(({ id, title, blocks }, at) => ({
        id: `section-${id}`,
        title: `${at + 1}. ${title}`,
        body: htmlBlocks(blocks, 3),
      })),
      { id: 'open', title: 'What is still open', body: htmlBlocks(document.closing, 3) },
    ],
  });
}

/** Blocks on their own, under a title. */
export function blocksHtml(title: string, blocks: readonly Block[]): string {
  return htmlPage({ title, head: htmlBlocks(blocks, 2), sections: [] });
}
