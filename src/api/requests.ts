import { z } from 'zod';

import type { GivenFiles } from '../core/document/given-files.ts';
import { isPlain } from '../core/texts/plain-text.ts';

/** What the API takes. Every body is checked by these before anything is done. */

/** Why somebody does something, for others to read. */
const words: z.ZodType<string> = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(4000, 'must have at most 4000 characters')
  .refine(isPlain, 'must be one line, without control characters');

export interface ShipRequest {
  readonly integration: string;
  /** Folder of `deployer.yaml` in the repository, `.` at its root. */
  readonly folder: string;
  /** Full commit id, pushed into the server's clone beforehand; null when `release` is given. */
  readonly commit: string | null;
  /**
   * That it is the tip of where it is shipped from; null: none. A newer run of the same branch takes an older one's
   * place.
   */
  readonly branch: string | null;
  /** Digest, unique prefix (>= 6) or version of an existing release. */
  readonly release: string | null;
  readonly to: string | null;
  readonly note: string | null;
  /** The commit may share no history with what was shipped before: somebody has said that it was rewritten. */
  readonly newHistory: boolean;
  /** PATH, HOME, proxies and CA variables of the caller; anything else is dropped by the server. */
  readonly env: Readonly<Record<string, string>>;
}

export const shipRequest: z.ZodType<ShipRequest> = z.strictObject({
  integration: z.string().min(1),
  folder: z.string().min(1),
  commit: z.string().min(6).nullable(),
  branch: z.string().min(1).max(255).nullable().default(null),
  release: z.string().min(1).nullable(),
  to: z.string().min(1).nullable(),
  note: words.nullable(),
  newHistory: z.boolean().default(false),
  env: z.record(z.string(), z.string()),
});

export interface ApproveRequest {
  /** The digest that was shown. */
  readonly binding: string;
  readonly reason: string | null;
}

export const approveRequest: z.ZodType<ApproveRequest> = z.strictObject({
  binding: z.string().min(1),
  reason: words.nullable(),
});

export interface RejectRequest {
  readonly reason: string;
}

export const rejectRequest: z.ZodType<RejectRequest> = z.strictObject({
  reason: words,
});

export interface UatRequest {
  readonly verdict: 'pass' | 'fail';
  readonly binding: string;
  /** Verdict by scenario: its number (from 1) or its text. With `pass` either each, or none: every scenario passed. */
  readonly scenarios: Readonly<Record<string, 'pass' | 'fail'>>;
  readonly note: string | null;
}

export const uatRequest: z.ZodType<UatRequest> = z.strictObject({
  verdict: z.enum(['pass', 'fail']),
  binding: z.string().min(1),
  scenarios: z.record(z.string(), z.enum(['pass', 'fail'])),
  note: words.nullable(),
});

export interface RollbackRequest {
  /** Deployment to go to; null: the previous one. */
  readonly to: string | null;
  readonly reason: string | null;
}

export const rollbackRequest: z.ZodType<RollbackRequest> = z.strictObject({
  to: z.string().min(1).nullable(),
  reason: words.nullable(),
});

export interface HoldRequest {
  /** Null: every environment. */
  readonly environment: string | null;
  readonly reason: string;
}

export const holdRequest: z.ZodType<HoldRequest> = z.strictObject({
  environment: z.string().min(1).nullable(),
  reason: words,
});

export interface FreezeRequest {
  readonly reason: string;
  /** ISO 8601; null: until somebody ends it. */
  readonly until: string | null;
}

export const freezeRequest: z.ZodType<FreezeRequest> = z.strictObject({
  reason: words,
  until: z.iso.datetime({ offset: true }).nullable(),
});

export interface WaiveRequest {
  /** An item of the checklist, or the gate at which a run is undecided. */
  readonly subject: string;
  /** Null: the one that waits. */
  readonly run: string | null;
  readonly environment: string | null;
  readonly reason: string;
  /** ISO 8601. */
  readonly until: string;
  /** Who sees to it meanwhile; null: whoever waives. */
  readonly owner: string | null;
}

export const waiveRequest: z.ZodType<WaiveRequest> = z.strictObject({
  subject: z.string().min(1).max(100),
  run: z.string().min(1).max(200).nullable().default(null),
  environment: z.string().min(1).max(100).nullable().default(null),
  reason: words,
  until: z.iso.datetime({ offset: true }),
  owner: words.nullable().default(null),
});

export interface UnfreezeRequest {
  readonly reason: string | null;
}

export const unfreezeRequest: z.ZodType<UnfreezeRequest> = z.strictObject({
  reason: words.nullable(),
});

export interface TestAlertsRequest {
  /** Null: the last environment. */
  readonly environment: string | null;
}

export const testAlertsRequest: z.ZodType<TestAlertsRequest> = z.strictObject({
  environment: z.string().min(1).max(200).nullable(),
});

export interface SecretSetRequest {
  /** `<path>#<key>` */
  readonly name: string;
  readonly value: string;
}

/** What a value must be is said by the act, without quoting it. */
export const secretSetRequest: z.ZodType<SecretSetRequest> = z.strictObject({
  name: z.string().min(1).max(250),
  value: z.string(),
});

export interface SecretRevokeRequest {
  /** `<path>#<key>`, and `@<version>` where several are not revoked. */
  readonly name: string;
  readonly reason: string;
}

export const secretRevokeRequest: z.ZodType<SecretRevokeRequest> = z.strictObject({
  name: z.string().min(1).max(250),
  reason: words,
});

export interface StopRequest {
  /** True: edges, supervisors, components and the database end too; data stays. */
  readonly all: boolean;
  /** True: the stage in flight ends first; otherwise it is ended, and done again by the next server. */
  readonly afterSteps: boolean;
}

export const stopRequest: z.ZodType<StopRequest> = z.strictObject({
  all: z.boolean(),
  afterSteps: z.boolean(),
});

export interface BackupRequest {
  /** Absolute path of a file that does not exist. */
  readonly file: string;
}

export const backupRequest: z.ZodType<BackupRequest> = z.strictObject({
  file: z.string().startsWith('/', 'must be an absolute path').max(4096),
});

export interface PruneRequest {
  /** Only looks. */
  readonly dryRun: boolean;
}

export const pruneRequest: z.ZodType<PruneRequest> = z.strictObject({ dryRun: z.boolean() });

export interface CancelRequest {
  readonly reason: string | null;
}

export const cancelRequest: z.ZodType<CancelRequest> = z.strictObject({
  reason: words.nullable(),
});

export interface TrackRequest {
  /** Absolute path of a clone on the server's host. */
  readonly repository: string;
  /** Folder of `deployer.yaml` in it, `.` at its root. */
  readonly folder: string;
  /** Name of a remote of that clone, or a URL; null: the clone's own branch. */
  readonly remote: string | null;
  readonly branch: string;
  /** False: look only when somebody asks for it. */
  readonly polls: boolean;
  /** As of a ship. */
  readonly env: Readonly<Record<string, string>>;
}

export const trackRequest: z.ZodType<TrackRequest> = z.strictObject({
  repository: z.string().startsWith('/').max(4096),
  folder: z.string().min(1).max(4096),
  remote: z.string().min(1).max(2048).nullable(),
  branch: z.string().min(1).max(255),
  polls: z.boolean(),
  env: z.record(z.string(), z.string()),
});

/** Larger files are nobody's answers; `deployer.yaml` has a bound of its own. */
const mostFileLength = 2 * 1024 * 1024;

const fileText: z.ZodType<string> = z.string().max(mostFileLength, 'must have at most 2 MiB');

export type DocumentRequest = GivenFiles;

const line = (most: number): z.ZodType<string> =>
  z.string().min(1).max(most).refine(isPlain, 'must be one line, without control characters');

export const documentRequest: z.ZodType<DocumentRequest> = z.strictObject({
  cause: z.enum(['init', 'answer', 'give']),
  subject: line(200).nullable().default(null),
  folder: line(4000),
  spec: fileText,
  answers: fileText.nullable().default(null),
  questions: fileText.nullable().default(null),
});
