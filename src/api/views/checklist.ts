import type { Checklist, WaiverView } from '../../core/checklist/checklist.ts';

/** The checklist of a release, as it stands now. */
export type ChecklistView = Checklist;

export interface WaivedView {
  readonly waiver: WaiverView;
  /** The run that goes on because of it; null: none waited for this. */
  readonly goesOn: string | null;
}

/** What a check saw, without its body. */
export interface EvidenceSummary {
  readonly digest: string;
  readonly kind: string;
  /** Null: before any environment. */
  readonly environment: string | null;
  readonly deployment: string | null;
  /** Null, as `stage`: it was seen outside any run. */
  readonly run: string | null;
  readonly stage: string | null;
  readonly at: string;
  /** What it came to, where it says that in a sentence. */
  readonly says: string | null;
}

export interface EvidenceListView {
  /** Null: nothing was released yet. */
  readonly release: string | null;
  readonly version: string | null;
  readonly evidence: readonly EvidenceSummary[];
  readonly next: string | null;
}

export interface EvidenceView extends EvidenceSummary {
  readonly release: string | null;
  /** As it was stored, under the digest. */
  readonly body: Readonly<Record<string, unknown>>;
}
