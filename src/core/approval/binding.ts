/**
 * What a decision of a person is bound to. Its digest (sha256 of the RFC 8785 canonical JSON) is shown with the
 * question and sent back with the answer; when any part changes, the digest changes and the decision is void.
 */
export interface Binding {
  readonly environment: string;
  readonly release: string;
  readonly content: string;
  readonly configuration: string;
  readonly policy: string;
  /** The deployment that is judged (UAT); null while there is none yet (approval). */
  readonly deployment: string | null;
  /** The stable deployment that it replaces, as `<environment>-<n>`; null when nothing is live. */
  readonly replaces: string | null;
  /** Digest of the residents that run now (approval); absent where there are none. */
  readonly residents?: string;
}

export interface BindingChange {
  readonly part: keyof Binding;
  readonly from: string | null;
  readonly to: string | null;
}

export function bindingChanges(shown: Binding, now: Binding): readonly BindingChange[] {
  const parts: readonly (keyof Binding)[] = [
    'environment',
    'release',
    'content',
    'configuration',
    'policy',
    'deployment',
    'replaces',
    'residents',
  ];
  return parts
    .filter((part) => shown[part] !== now[part])
    .map((part) => ({ part, from: shown[part] ?? null, to: now[part] ?? null }));
}
