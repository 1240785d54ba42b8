/** `secret://<provider>/<path>#<key>[@version]`: names a secret, is not one. It is the whole value of a variable. */
export interface SecretReference {
  readonly provider: string;
  /** Names with `/` between them. */
  readonly path: string;
  readonly key: string;
  /** Null: the newest one, which is decided before anybody is asked to approve. */
  readonly version: string | null;
}

type Env = Readonly<Record<string, string>>;

const segment = String.raw`[\w-][\w.-]*`;
const name = new RegExp(`^(${segment}(?:/${segment})*)#(${segment})(?:@(${segment}))?$`);
const reference = /^secret:\/\/([a-z][a-z0-9-]*)\/(.+)$/;
/** The longest that a path and a key may be, so that a name fits a line. */
const longestName = 200;

/** Whether a value is meant to be a reference, be it written well or not. */
export function isSecretText(value: string): boolean {
  return value.startsWith('secret:');
}

/** Null when the text is written otherwise. */
export function parseSecretReference(text: string): SecretReference | null {
  const [, provider = '', rest = ''] = reference.exec(text) ?? [];
  const named = parseSecretName(rest);
  return named === null ? null : { provider, ...named };
}

/** `<path>#<key>[@version]`, as people name a secret where the provider is known. Null when it is written otherwise. */
export function parseSecretName(text: string): Omit<SecretReference, 'provider'> | null {
  const match = name.exec(text);
  if (match === null || text.length > longestName) return null;
  const [, path = '', key = '', version = null] = match;
  return { path, key, version };
}

export function secretText(reference: SecretReference): string {
  return `secret://${reference.provider}/${secretName(reference)}`;
}

export function secretName({ path, key, version }: Omit<SecretReference, 'provider'>): string {
  return `${path}#${key}${version === null ? '' : `@${version}`}`;
}

/** The references among the values of some environments, as they are written, each once. */
export function referencesIn(envs: readonly Env[]): readonly string[] {
  const texts = envs.flatMap((env) => Object.values(env)).filter((value) => parseSecretReference(value));
  return [...new Set(texts)].sort();
}

/** An environment with some of its references replaced by others, or by what they stand for. */
export function replaced(env: Env, by: Readonly<Record<string, string>>): Env {
  return Object.fromEntries(
    Object.entries(env).map(([variable, value]) => [
      variable,
      Object.hasOwn(by, value) ? (by[value] ?? value) : value,
    ]),
  );
}

/** An environment whose references name no version. */
export function withoutVersions(env: Env): Env {
  return Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, unversioned(value)]));
}

function unversioned(value: string): string {
  const parsed = parseSecretReference(value);
  return parsed === null ? value : secretText({ ...parsed, version: null });
}
