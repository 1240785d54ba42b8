import type { DeploymentDocument } from '../../core/document/document.ts';
import type { RevisionCause } from '../../core/document/revision.ts';
import type { RevisionDiff } from '../../core/document/revision-diff.ts';
import type { DocumentSummary } from '../../core/document/summary.ts';

export const documentFormats = ['md', 'html', 'json'] as const;
export type DocumentFormat = (typeof documentFormats)[number];

/** A revision of a deployment document, without what it says. */
export interface RevisionView {
  readonly integration: string;
  readonly revision: number;
  /** ISO 8601, when it was made. */
  readonly at: string;
  readonly by: string;
  /** What happened since the one before. */
  readonly causes: readonly RevisionCause[];
  /** Of what it says, without times. */
  readonly digest: string;
}

export interface DocumentView extends RevisionView {
  /** Whether there was none that says the same. */
  readonly isNew: boolean;
  /** The text in the format that was asked for; null for `json`. */
  readonly content: string | null;
  /** The document as data; null for the other formats. */
  readonly document: DeploymentDocument | null;
}

export interface RevisionsView {
  /** Newest first. */
  readonly revisions: readonly RevisionView[];
  readonly next: string | null;
}

export interface DocumentDiffView extends RevisionDiff {
  readonly integration: string;
  readonly a: RevisionView;
  readonly b: RevisionView;
}

export interface DocumentIndexView {
  readonly integrations: readonly (DocumentSummary & RevisionView)[];
  readonly next: string | null;
  readonly content: string | null;
}
