import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import type { SecretPlace } from '../core/secrets/secrets.ts';

/**
 * What is encrypted is stored as
 *
 *     1 byte   format: 1
 *     12 bytes nonce, random
 *     n bytes  ciphertext, as long as the plaintext
 *     16 bytes tag
 *
 * by AES-256-GCM (NIST SP 800-38D). The associated data is the UTF-8 of a JSON list that says what it is for, so that a
 * row in the place of another one cannot be opened. docs/secrets.md describes it for other programs.
 */
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;

export function seal(key: Uint8Array, purpose: Purpose, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associatedData(purpose));
  const encrypted = [cipher.update(plain), cipher.final()];
  return Buffer.concat([Buffer.of(format), nonce, ...encrypted, cipher.getAuthTag()]);
}

/** Null when it was sealed with another key, for another purpose, or was changed. */
export function unseal(key: Uint8Array, purpose: Purpose, sealed: Uint8Array): Uint8Array | null {
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== format || bytes.length < 1 + nonceBytes + tagBytes) return null;
  const nonce = bytes.subarray(1, 1 + nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(associatedData(purpose));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const encrypted = bytes.subarray(1 + nonceBytes, -tagBytes);
  try {
    return Buffer.concat([decipher.update(encrypted), decipher.final()]);
  } catch {
    // The tag does not fit: that is the answer, and the library has no other word for it.
    return null;
  }
}

/** What something was encrypted for. */
export type Purpose = readonly ['deployer-data-key', string] | readonly ['deployer-secret', ...SecretFields];
type SecretFields = readonly [integration: string, path: string, key: string, version: number];

export function dataKeyPurpose(integration: string): Purpose {
  return ['deployer-data-key', integration];
}

export function secretPurpose({ integration, path, key, version }: SecretPlace): Purpose {
  return ['deployer-secret', integration, path, key, version];
}

function associatedData(purpose: Purpose): Uint8Array {
  return Buffer.from(JSON.stringify(purpose));
}
