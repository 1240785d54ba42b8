import type { Pins } from '../../core/secrets/secrets.ts';
import type { Json, NullableTime, Time } from './column-types.ts';

/** The data key of an integration, encrypted; format in docs/secrets.md. */
export interface SecretKeyTable {
  integration: string;
  /** What it is encrypted with: the key file of a home, or a passphrase. */
  source: 'key-file' | 'passphrase';
  /** For the passphrase. */
  salt: Buffer | null;
  wrapped: Buffer;
  created_at: Time;
}

/** A version of a secret. What was sealed is never changed; a version may be revoked, once. */
export interface SecretTable {
  integration: string;
  path: string;
  key: string;
  version: number;
  sealed: Buffer;
  identity: string;
  at: Time;
  revoked_at: NullableTime;
  revoked_by: string | null;
  revoked_reason: string | null;
}

/** The versions that a run uses in an environment; an empty name stands for what runs before any. */
export interface SecretPinTable {
  run: string;
  attempt: number;
  environment: string;
  pins: Json<Pins>;
  at: Time;
}
