/** `secret://<provider>/<path>#<key>[@version]`: names a secret, is not one. */
export interface SecretReference {
  readonly provider: string;
  readonly path: string;
  readonly key: string;
  readonly version: string | null;
}

export function isSecretText(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('secret:');
}

/** Null when the text is written otherwise. */
export function parseSecretReference(text: string): SecretReference | null {
  const match = /^secret:\/\/([a-z][a-z0-9-]*)\/([\w./-]+)#([\w.-]+)(?:@([\w.-]+))?$/.exec(text);
  if (match === null) return null;
  const [, provider = '', path = '', key = '', version = null] = match;
  return { provider, path, key, version };
}
