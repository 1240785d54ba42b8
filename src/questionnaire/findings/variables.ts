import type { Place } from './finding.ts';
import { folderOf, type Listing, nameOf } from './listing.ts';

/** A variable that an example of a `.env` file names. Files with real values are never read. */
export interface ExampleVariable {
  readonly folder: string;
  readonly name: string;
  /** Empty where it is left to whoever copies the file. */
  readonly value: string;
  readonly at: Place;
}

export function isEnvExample(path: string): boolean {
  return /^(?:\.env\.(?:example|sample|template|dist)|(?:example|sample|env\.example)(?:\.env)?|\.env-example)$/.test(
    nameOf(path),
  );
}

export function readEnvExample(listing: Listing, path: string): readonly ExampleVariable[] {
  return (listing.read(path) ?? '').split(/\r?\n/).flatMap((text, index): readonly ExampleVariable[] => {
    const [, name, value = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
    if (name === undefined) return [];
    const bare = value.replace(/(?:^|\s+)#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
    return [{ folder: folderOf(path), name, value: bare, at: { path, line: index + 1 } }];
  });
}

/** Bundlers write these into what browsers get. */
const isPublished = /^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|EXPO_PUBLIC|NUXT_PUBLIC)_/;

/** Whether a variable of this name holds what must not be written down. */
export function isSecretName(name: string): boolean {
  if (isPublished.test(name)) return false;
  return (
    /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PWD|CREDENTIALS?|DSN)(?:_|$)/i.test(name) ||
    /(?:APIKEY|PRIVATEKEY)$/i.test(name)
  );
}

/** Whether a value that nobody shows would be one: addresses of databases mostly have a password in them. */
export function holdsSecret(name: string): boolean {
  return (
    isSecretName(name) ||
    /(?:DATABASE|POSTGRES|POSTGRESQL|MYSQL|MONGO|MONGODB|REDIS|AMQP|RABBITMQ|BROKER|DB)_UR[IL]$|CONNECTION_STRING$|WEBHOOK(?:_UR[IL])?$/i.test(
      name,
    )
  );
}

/**
 * Whether a value tells more than where something is, so that under a name that holds a secret it is taken for one: a
 * user, a query, or the path of a webhook. The path of a database is no more than its name.
 */
export function isPrivate(value: string): boolean {
  return /[?=]|:\/\/[^/]*@|^https?:\/\/[^/]+\/./i.test(value);
}

/** Whether a value carries one, whatever its name. */
export function hasSecret(value: string): boolean {
  return secretShapes.some((shape) => shape.test(value)) || hasSecretParameter(value);
}

const secretShapes: readonly RegExp[] = [
  // A password before a host; Redis has no user, and some passwords have a slash.
  /:\/\/[^/?#\s:@]*:[^\s@]{1,1000}@/,
  /^[^/\s:@]+:[^\s@]+@(?!sha256:)[\w.-]+:\d/,
  // Over HTTP a user by itself is a token.
  /^https?:\/\/[^/?#\s@]+@/i,
  // Whoever knows the address of a webhook may post there.
  /^https:\/\/(?:hooks\.slack\.com|[\w.-]*discord(?:app)?\.com\/api\/webhooks|[\w.-]+\.webhook\.office\.com)\/./i,
  // Keys of well-known services, and of whoever signs.
  /^(?:sk|pk|rk|gh[opsur]|github_pat|glpat|xox[abeprs])[-_][\w-]{8,}/,
  /^(?:AKIA|ASIA)[A-Z0-9]{16}$|^AIza[\w-]{30,}$|^eyJ[\w-]+\.eyJ[\w-]+\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

/** `?token=…` of an address, `Password=…` of a connection string, `-Dstore.password=…` of an option. */
function hasSecretParameter(value: string): boolean {
  return value.split(/[?&#;,\s]+/).some((part) => {
    const [, name = ''] = /^([\w.-]+)=./.exec(part) ?? [];
    return /(?:pass|password|passwd|passphrase|pwd|token|secret|credentials?|signature|authorization)$|(?:^|[._-]|api|access|account|private)key$|^(?:sig|code|auth)$/i.test(
      name,
    );
  });
}
