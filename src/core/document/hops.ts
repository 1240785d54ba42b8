import type { Component } from '../definition/integration.ts';
import { isSecretText } from '../secrets/secret-reference.ts';
import type { DatabaseLink, DocumentFacts } from './facts.ts';
import type { Hop } from './hop.ts';
import { hopsOfVariables } from './hops-of-variables.ts';

const usersName = 'users';
const edgeName = 'edge';

/** Every hop of an integration, from users inwards, and then those of Deployer itself. */
export function hopsOf(
  facts: Pick<DocumentFacts, 'definition' | 'stated' | 'database' | 'alerts'>,
): readonly Hop[] {
  const { database, alerts } = facts;
  const { components } = facts.definition;
  const outside = { how: 'HTTPS', isEncrypted: true, isLocal: false };
  const inside = { how: 'plain HTTP on loopback', isEncrypted: false, isLocal: true };
  const origin = 'target';
  const front = components.filter(({ isPublic }) => isPublic);
  return [
    { id: 'users.edge', from: usersName, to: edgeName, ...outside, origin },
    ...front.map(({ name }): Hop => ({ id: `edge.${name}`, from: edgeName, to: name, ...inside, origin })),
    ...components.flatMap(({ name, needs }) =>
      needs
        .filter((need) => listens(components, need))
        .map((need) => ({
          id: `need.${name}.${need}`,
          from: name,
          to: need,
          ...inside,
          origin: { path: `components.${name}.needs` },
        })),
    ),
    ...hopsOfVariables(facts),
    ...(database === null ? [] : [databaseHop(database)]),
    ...[...new Set(alerts.flatMap(({ receivers }) => receivers))].map(webhookHop),
  ];
}

function listens(components: readonly Component[], name: string): boolean {
  return components.some((component) => component.name === name && component.port !== null);
}

/** Only a receiver of this machine may be told in the clear; an address that is a secret is held to the same. */
function webhookHop(receiver: string): Hop {
  const origin = { path: 'monitoring.notify' };
  const ends = { id: `alert.${receiver}`, from: 'Deployer', to: receiver, origin };
  if (isSecretText(receiver)) {
    const how = 'HTTPS, or plain HTTP on loopback, as the secret says';
    return { ...ends, how, isEncrypted: null, isLocal: null };
  }
  const isPlain = receiver.startsWith('http:');
  return {
    ...ends,
    how: isPlain ? 'plain HTTP on loopback' : 'HTTPS',
    isEncrypted: !isPlain,
    isLocal: isPlain ? null : false,
  };
}

function databaseHop({ kind, isEncrypted }: DatabaseLink): Hop {
  const ends = { id: 'database', from: 'Deployer', to: 'PostgreSQL', origin: 'seen' } as const;
  if (kind === 'socket') return { ...ends, how: 'a Unix socket', isEncrypted: false, isLocal: true };
  const isLoopback = kind === 'loopback';
  const how = `${isEncrypted ? 'TLS' : 'plain TCP'}${isLoopback ? ' on loopback' : ''}`;
  return { ...ends, how, isEncrypted, isLocal: isLoopback ? null : false };
}
