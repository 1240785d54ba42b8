import type { Settled } from '../../core/document/settled.ts';
import type { DocumentSource } from './document-source.ts';

/** What the answers of a source come to. */
export function settledOf(_: Pick<DocumentSource, 'answers' | 'spec' | 'questions'>): Settled {
  return { statements: [], open: [], conflicts: [] };
}
