import { secretRevokeRequest, secretSetRequest } from '../api/requests.ts';
import { secretNameOf } from '../core/secrets/secret-value.ts';
import { revokeSecret, setSecret } from '../engine/acts/secret.ts';
import type { EngineParts } from '../engine/parts.ts';
import { actorOf } from './actor.ts';
import { integrationParam, parse, query } from './parse.ts';
import type { Handlers } from './server.ts';
import { secretsView, secretView } from './views/secrets-view.ts';

type SecretCalls = Pick<Handlers, 'secrets' | 'secretSet' | 'secretRevoke'>;

/** The calls that are about secrets: values come in, and none goes out. */
export function secretHandlers(parts: EngineParts): SecretCalls {
  const { db } = parts.database;
  return {
    secrets: (request) => secretsView(db, integrationParam(request.params), query(request.query, 'after')),
    async secretSet(request) {
      const integration = integrationParam(request.params);
      const { name: text, value } = parse(secretSetRequest, request.body);
      const order = { integration, name: secretNameOf(text), value, by: actorOf(request) };
      const row = await setSecret(parts, order);
      return { ...(await secretView(db, row)), version: row.version };
    },
    async secretRevoke(request) {
      const integration = integrationParam(request.params);
      const { name: text, reason } = parse(secretRevokeRequest, request.body);
      const order = { integration, name: secretNameOf(text), reason, by: actorOf(request) };
      const row = await revokeSecret(parts, order);
      return { ...(await secretView(db, row)), version: row.version };
    },
  };
}
