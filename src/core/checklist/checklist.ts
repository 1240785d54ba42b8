/** The items of the deployment checklist, in their order. Their titles are fixed. */
export const checklistItems = [
  { id: 'infrastructure-setup', title: 'Infrastructure Setup' },
  { id: 'code-deployment', title: 'Code Deployment' },
  { id: 'configuration-validation', title: 'Configuration Validation' },
  { id: 'testing', title: 'Testing (Unit, Integration, End-to-End, Performance, Security)' },
  { id: 'monitoring-setup', title: 'Monitoring Setup' },
  { id: 'rollback-plan', title: 'Rollback Plan Verification' },
  { id: 'compliance-checks', title: 'Compliance Checks' },
  { id: 'user-documentation', title: 'User Documentation' },
  { id: 'approval', title: 'Approval' },
] as const;

export type ChecklistItemId = (typeof checklistItems)[number]['id'];

export type CellStatus = 'done' | 'failed' | 'pending' | 'undecided' | 'waived' | 'not-applicable';

/** One item of one release in one environment: a pure function of what was seen. */
export interface Cell {
  readonly status: CellStatus;
  /** One sentence that stands alone. */
  readonly reason: string;
  /** Digests of the evidence that it was decided from. */
  readonly evidence: readonly string[];
  /** When the newest of it was seen, ISO 8601; null: nothing was. */
  readonly at: string | null;
  /** Whose decision it was; null: no person's. */
  readonly by: string | null;
  /** What makes it up, where it has parts: the kinds of tests, readiness and rehearsal. */
  readonly parts: readonly CellPart[];
  /** The command that would meet it, or the key of `deployer.yaml`; null: none is needed, or none would. */
  readonly next: string | null;
}

export interface CellPart extends Pick<Cell, 'status' | 'reason' | 'evidence' | 'next'> {
  readonly name: string;
  /** Whether the reason of the cell has this one in it. */
  readonly isSaid: boolean;
}

/** What `checklist` prints and the document's eighth section is made of. */
export interface Checklist {
  readonly integration: string;
  /** Null: nothing has been released yet. */
  readonly release: string | null;
  readonly version: string | null;
  /** In promotion order. */
  readonly environments: readonly string[];
  readonly items: readonly ChecklistRow[];
  /** By environment where anything was seen that contradicts what was decided; left out where nothing was. */
  readonly drift: Readonly<Record<string, readonly PlaceDrift[]>>;
  /** In force or expired, of this release. */
  readonly waivers: readonly WaiverView[];
}

export interface ChecklistRow {
  readonly id: ChecklistItemId;
  readonly item: string;
  /** By environment. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** Of all environments: the one that needs most attention. */
  readonly status: CellStatus;
}

/** Where a place contradicts what was decided about it. */
export interface PlaceDrift {
  readonly kind: 'deployment' | 'replicas' | 'artifact' | 'configuration' | 'edge';
  /** Null: it is about the environment, or all of the deployment. */
  readonly component: string | null;
  /** What was seen instead, as a sentence without its full stop. */
  readonly observed: string;
}

/** A person has set an item aside, with a reason and an end. Past its end it counts as unmet. */
export interface WaiverView {
  /** A checklist item, or a gate by its stage's name. */
  readonly subject: string;
  /** Null: a gate before any environment. */
  readonly environment: string | null;
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly until: string;
  readonly isExpired: boolean;
  readonly by: string;
  readonly at: string;
}
