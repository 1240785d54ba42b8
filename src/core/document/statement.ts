/** The sections of a deployment document, in their order. Their titles are fixed. */
export const sections = [
  { id: 'environments', title: 'Deployment Environment Setup' },
  { id: 'pipeline', title: 'Step-by-Step CI/CD Workflow Configuration' },
  { id: 'infrastructure', title: 'Infrastructure' },
  { id: 'configuration', title: 'Configuration Management' },
  { id: 'rollback', title: 'Rollback Strategies & Monitoring' },
  { id: 'security', title: 'Security & Compliance Notes' },
  { id: 'launch', title: 'Launch Sequences' },
  { id: 'checklist', title: 'Deployment Checklist' },
] as const;

export type SectionId = (typeof sections)[number]['id'];

/** Text as data: what a user typed stays text, whatever it is rendered as. `code` is set in a fixed width. */
export type Inline = string | { readonly code: string };

/** One thing that the document says, with where it is known from. */
export interface Statement {
  /** Stable over revisions, so that two of them can be compared: `rollback.watch-window.production`. */
  readonly id: string;
  readonly section: SectionId;
  readonly text: readonly Inline[];
  readonly source: StatementSource;
  /** What was seen instead; null: nothing contradicts it. */
  readonly drift: Drift | null;
}

export type StatementSource =
  /** Somebody answered, or it stands in `deployer.yaml` at `path`. */
  | { readonly kind: 'decided'; readonly by: DecidedBy }
  /** A default, why it is one, and the question that would settle it; null: no question does. */
  | { readonly kind: 'assumed'; readonly because: string; readonly question: string | null }
  /** Seen at that time (ISO 8601); `evidence` is its digest, null for what was only looked at. */
  | { readonly kind: 'observed'; readonly at: string; readonly evidence: string | null };

export type DecidedBy =
  | {
      readonly kind: 'answer';
      readonly question: string;
      readonly who: string | null;
      readonly at: string | null;
    }
  | { readonly kind: 'spec'; readonly path: string };

/** A decided statement that observation contradicts. */
export interface Drift {
  /** What was seen, as a sentence. */
  readonly observed: string;
  /** ISO 8601. */
  readonly at: string;
  readonly evidence: string | null;
}
