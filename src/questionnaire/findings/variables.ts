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
    /(?:DATABASE|POSTGRES|POSTGRESQL|MYSQL|MONGO|MONGODB|REDIS|AMQP|RABBITMQ|BROKER|DB)_UR[IL]$|CONNECTION_STRING$|WEBHOOK_URL$/i.test(
      name,
    )
  );
}

/** Whether a value carries one, whatever its name: an address with a password in it. */
export function hasSecret(value: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:[^/\s@]+@/i.test(value) ||
    /^(?:sk|pk|ghp|xox[bp])[-_]\w{8,}/.test(value)
  );
}
