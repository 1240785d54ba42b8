import type { Generated } from 'kysely';

import type { Binding } from '../../core/approval/binding.ts';
import type { Json, NullableJson, Time } from './column-types.ts';

export interface EvidenceTable {
  digest: string;
  kind: string;
  /** Null, as `stage`: it was seen outside any run, of `integration`. */
  run: string | null;
  stage: number | null;
  /** Null: the run says it. */
  integration: string | null;
  release: string | null;
  environment: string | null;
  deployment: string | null;
  body: Json<Readonly<Record<string, unknown>>>;
  at: Time;
}

export type DecisionKind = 'approve' | 'reject' | 'uat-pass' | 'uat-fail' | 'retry';

export interface DecisionTable {
  id: Generated<string>;
  run: string;
  stage: number;
  attempt: number;
  kind: DecisionKind;
  identity: string;
  proven: boolean;
  binding: string | null;
  parts: NullableJson<Binding>;
  detail: Json<Readonly<Record<string, unknown>>>;
  at: Time;
}

export interface WaiverTable {
  id: Generated<string>;
  integration: string;
  release: string;
  /** Null: a gate before any environment. */
  environment: string | null;
  /** Item of the checklist, or name of a gate. */
  subject: string;
  /** Whose gate it was; null: an item's. */
  run: string | null;
  owner: string;
  reason: string;
  until: Time;
  identity: string;
  proven: boolean;
  at: Time;
}

export interface AuditTable {
  id: Generated<string>;
  at: Time;
  integration: string | null;
  identity: string;
  proven: boolean;
  action: string;
  subject: string;
  detail: Json<Readonly<Record<string, unknown>>>;
}

/** One for each row of the audit, in the order of their commits. */
export interface AuditLinkTable {
  position: string;
  entry: string;
  /** Over the row and the digest of the link before. */
  digest: string;
}
