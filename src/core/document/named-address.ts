import { isLoopback } from '../texts/loopback.ts';

/** An address as a variable of a component names it, without what could open a door: no user, path or query. */
export interface NamedAddress {
  /** E.g. `postgres`. */
  readonly scheme: string;
  /** Host, and its port where one is written; several with commas between them. */
  readonly host: string;
  readonly isEncrypted: boolean;
}

const address = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?([^/?#@]+)(?:[^?]*\?(.*))?/i;

/** One host or several, with a port each where it is written. */
const isHosts = /^(?:\[[0-9a-f:.%]+\]|[^:,\s]+)(?::\d+)?(?:,(?:\[[0-9a-f:.%]+\]|[^:,\s]+)(?::\d+)?)*$/i;

/** What is spoken in the clear where nothing else is asked for. */
const plain = new Set(
  'http ws redis amqp mqtt nats ldap ftp smtp tcp udp grpc mysql mariadb mongodb postgres postgresql memcached kafka'.split(
    ' ',
  ),
);

const encrypted = new Set(
  'https wss rediss amqps mqtts ldaps ftps sftp ssh smtps tls grpcs nats+tls mongodb+srv'.split(' '),
);

/**
 * How a client is told in the query that it has to encrypt: libpq's `sslmode`, MySQL's `ssl-mode`, and `tls` or `ssl`
 * of the others. `sslmode=prefer`, which is libpq's default, encrypts only with a server that offers it.
 */
const insisting: readonly (readonly [parameter: string, value: RegExp])[] = [
  ['sslmode', /^(require|verify-ca|verify-full)$/i],
  ['ssl-mode', /^(required|verify_ca|verify_identity)$/i],
  ['tls', /^(true|1)$/i],
  ['ssl', /^(true|1)$/i],
];

/** Null: it is no address, or one of a kind that says nothing of the way it is reached. */
export function namedAddress(value: string): NamedAddress | null {
  const [, written = '', host = '', query = ''] = address.exec(value.trim()) ?? [];
  const scheme = written.toLowerCase();
  // A password may hold what ends a host elsewhere: what is before a later `@` is no host.
  if (!isHosts.test(host) || value.slice(value.indexOf(host) + host.length).includes('@')) return null;
  if (encrypted.has(scheme)) return { scheme, host, isEncrypted: true };
  if (!plain.has(scheme)) return null;
  const asked = new URLSearchParams(query);
  const isEncrypted = insisting.some(([parameter, wanted]) => wanted.test(asked.get(parameter) ?? ''));
  return { scheme, host, isEncrypted };
}

/** Whether every host is this machine; what listens there may be a tunnel that leads on. */
export function isOnLoopback(hosts: string): boolean {
  return hosts.split(',').every((host) => isLoopback(host.replace(/:\d+$/, '')));
}
