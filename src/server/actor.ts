import type { FastifyRequest } from 'fastify';

import { actorHeader } from '../api/routes.ts';
import { isPlain } from '../core/texts/plain-text.ts';
import type { Actor } from '../core/pipeline/run.ts';
import { DeployerError } from '../errors.ts';

/** Who acts. A local server has no log-in: the identity is claimed, and recorded as such. */
export function actorOf(request: FastifyRequest): Actor {
  const identity = identityOf(request);
  if (identity === null || identity.length > 320) {
    throw new DeployerError('identity_missing', {
      message: 'Deployer does not know who is acting.',
      hint: 'git config user.email you@example.com   (or set DEPLOYER_USER)',
    });
  }
  if (!isPlain(identity)) {
    throw new DeployerError('request_invalid', {
      message: 'Who acts must be one line, without control characters.',
      hint: 'git config user.email you@example.com   (or set DEPLOYER_USER)',
      path: actorHeader,
    });
  }
  return { identity, proven: false };
}

/** Null: whoever asks did not say who they are, which nobody needs who only looks. */
export function identityOf(request: FastifyRequest): string | null {
  const header = request.headers[actorHeader];
  const identity = typeof header === 'string' ? decoded(header).trim() : '';
  return identity === '' ? null : identity;
}

function decoded(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch (error) {
    throw new DeployerError('request_invalid', {
      message: `The header ${actorHeader} is not percent-encoded: ${header}`,
      hint: 'Encode the identity as a part of a URL: engineer%40example.com',
      path: actorHeader,
      cause: error,
    });
  }
}
