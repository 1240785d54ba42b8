import { readFileSync } from 'node:fs';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { Problem } from './problem.ts';

export interface Caller {
  readonly subject: string;
  readonly scopes: readonly string[];
}

export type Authenticate = (authorization: string | undefined, scope: string) => Promise<Caller>;

interface AuthOptions {
  readonly jwksFile: string;
  readonly issuer: string;
  readonly audience: string;
}

/**
 * Bearer tokens signed by our issuer. The list of algorithms is fixed here: a token must not choose how it is checked
 * (`none`, or HMAC with the public key as its secret).
 */
export function createAuthenticate({ jwksFile, issuer, audience }: AuthOptions): Authenticate {
  const keys = createLocalJWKSet(JSON.parse(readFileSync(jwksFile, 'utf8')));
  const rules = {
    issuer,
    audience,
    algorithms: ['ES256'],
    requiredClaims: ['sub', 'exp'],
    clockTolerance: 5,
  };

  return async function authenticate(authorization, scope) {
    const token = authorization?.match(/^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/)?.[1];
    if (token === undefined) throw new Problem(401, 'A bearer token is required');
    const { payload } = await jwtVerify(token, keys, rules).catch((error: unknown) => {
      if (error instanceof errors.JOSEError)
        throw new Problem(401, 'The token is not valid', { reason: error.code });
      throw error;
    });
    const scopes = typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : [];
    if (!scopes.includes(scope)) throw new Problem(403, `The token lacks the scope ${scope}`);
    return { subject: payload.sub ?? '', scopes };
  };
}
