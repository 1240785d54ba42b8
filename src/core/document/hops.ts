import type { Component } from '../integration.ts';
import { isSecretText } from '../secret-reference.ts';
import type { DatabaseLink, DocumentFacts } from './facts.ts';

/** A way that data takes between two programs, and how it is protected there. */
export interface Hop {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** `HTTPS`, `HTTP on loopback`, … */
  readonly how: string;
  /** Null: not known, as the address is a secret. */
  readonly isEncrypted: boolean | null;
  /** Never leaves the machine. Null: not known. */
  readonly isLocal: boolean | null;
}

const usersName = 'users';
const edgeName = 'edge';

/** Every hop of an integration, from users inwards, and then those of Deployer itself. */
export function hopsOf({
  definition: { components },
  database,
  alerts,
}: Pick<DocumentFacts, 'definition' | 'database' | 'alerts'>): readonly Hop[] {
  const inside = { how: 'plain HTTP on loopback', isEncrypted: false, isLocal: true };
  const front = components.filter(({ isPublic }) => isPublic);
  return [
    { id: 'users-edge', from: usersName, to: edgeName, how: 'HTTPS', isEncrypted: true, isLocal: false },
    ...front.map(({ name }) => ({ id: `edge-${name}`, from: edgeName, to: name, ...inside })),
    ...components.flatMap(({ name, needs }) =>
      needs
        .filter((need) => listens(components, need))
        .map((need) => ({ id: `${name}-${need}`, from: name, to: need, ...inside })),
    ),
    ...(database === null ? [] : [databaseHop(database)]),
    ...[...new Set(alerts.flatMap(({ receivers }) => receivers))].map(webhookHop),
  ];
}

function listens(components: readonly Component[], name: string): boolean {
  return components.some((component) => component.name === name && component.port !== null);
}

/** Only a receiver of this machine may be told in the clear; an address that is a secret is held to the same. */
function webhookHop(receiver: string): Hop {
  const ends = { id: `alert-${receiver}`, from: 'Deployer', to: receiver };
  if (isSecretText(receiver)) {
    return { ...ends, how: 'HTTPS, or plain HTTP on loopback', isEncrypted: null, isLocal: null };
  }
  const isPlain = receiver.startsWith('http:');
  return {
    ...ends,
    how: isPlain ? 'plain HTTP on loopback' : 'HTTPS',
    isEncrypted: !isPlain,
    isLocal: isPlain,
  };
}

function databaseHop({ kind, isEncrypted }: DatabaseLink): Hop {
  const ends = { id: 'deployer-database', from: 'Deployer', to: 'PostgreSQL' };
  if (kind === 'socket') return { ...ends, how: 'a Unix socket', isEncrypted: false, isLocal: true };
  return { ...ends, how: isEncrypted ? 'TLS' : 'plain TCP', isEncrypted, isLocal: false };
}
