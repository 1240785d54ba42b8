import { createPrivateKey, sign } from 'node:crypto';
import development from './development.private.json' with { type: 'json' };

const key = createPrivateKey({ key: development.key, format: 'jwk' });

export interface Claims {
  readonly iss?: string;
  readonly aud?: string;
  readonly sub?: string;
  readonly scope?: string;
  readonly exp?: number;
}

/** A token of the development issuer, good for everything unless the claims say otherwise. */
export function createToken(claims: Claims = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: 'https://issuer.triage-desk.example',
    aud: 'triage-desk',
    sub: 'shop-frontend',
    scope: 'tickets:write partner:write',
    iat: now,
    exp: now + 3600,
    ...claims,
  };
  const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid: development.key.kid })}.${encode(payload)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

export function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
