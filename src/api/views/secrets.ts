import type { DeploymentState } from '../../core/switching/deployment.ts';

export interface SecretsView {
  readonly secrets: readonly SecretView[];
  readonly next: string | null;
}

/** A secret, never its value. */
export interface SecretView {
  readonly path: string;
  readonly key: string;
  /** The newest first. */
  readonly versions: readonly SecretVersionView[];
}

export interface SecretVersionView {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly revoked: { readonly at: string; readonly by: string; readonly reason: string } | null;
  /** What runs and was prepared with it. */
  readonly usedBy: readonly { readonly deployment: string; readonly state: DeploymentState }[];
}

/** What was done to one version, and how the secret stands now. */
export interface SecretChangeView extends SecretView {
  readonly version: number;
}
