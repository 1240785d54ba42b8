import type { Role } from '../../core/definition/integration.ts';
import type { Found } from '../findings/finding.ts';

/** A `deployer.yaml` before it is text: what goes into it, and why. */
export interface Draft {
  readonly key: string;
  readonly owners: readonly string[];
  readonly branch: string | null;
  /** Whether Deployer lends its own Node. */
  readonly lendsNode: boolean;
  readonly components: readonly DraftComponent[];
  readonly agent: DraftAgent | null;
  readonly setup: string | null;
  readonly suites: readonly DraftSuite[];
  readonly approval: DraftApproval;
  /** What was found and cannot be part of it, a sentence each. */
  readonly leftOut: readonly string[];
}

export interface DraftComponent {
  readonly name: string;
  readonly role: Role;
  /** Why it is that, as part of a sentence. */
  readonly because: string;
  readonly path: string;
  readonly build: string | null;
  readonly run: string;
  readonly dockerfile: string | null;
  /** Null: it takes no requests. */
  readonly port: number | null;
  readonly isPublic: boolean;
  readonly ready: Found<string> | null;
  readonly live: Found<string> | null;
  readonly needs: readonly string[];
  readonly env: readonly DraftVariable[];
  readonly exclude: readonly string[];
  /** What whoever reads the file should know, a sentence each. */
  readonly remarks: readonly string[];
}

export interface DraftVariable {
  readonly name: string;
  readonly value: string;
}

export interface DraftAgent {
  readonly prompts: readonly string[];
  readonly tools: readonly string[];
  readonly model: { readonly provider: string; readonly id: string } | null;
}

export interface DraftSuite {
  readonly name: string;
  readonly run: string;
  readonly report: string | null;
  readonly remarks: readonly string[];
}

/** Who approves for the last environment. Nobody is never assumed. */
export interface DraftApproval {
  /** Where they are known from, as part of a sentence; null: it was decided. */
  readonly because: string | null;
  readonly approvers: readonly string[];
  /** Why author and requester may approve themselves; null: they may not. */
  readonly self: string | null;
}
