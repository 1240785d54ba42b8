import type { IntegrationDefinition } from '../definition/integration.ts';
import type { ReleaseContent, ReleaseManifest } from './release.ts';
import type { ReleaseFacts } from '../pipeline/step.ts';

/** Releases as steps see them. The store keeps them; they never change. */
export interface Releases {
  /** The release of a commit; null when it was never packaged. */
  ofCommit(integration: string, commit: string): Promise<ReleaseFacts | null>;
  /** Whether another commit of the integration has this version already. */
  isVersionTaken(integration: string, version: string, commit: string): Promise<boolean>;
  /** Stores a release, once per integration and commit: the one that exists is returned instead. */
  create(release: NewRelease): Promise<ReleaseFacts>;
}

export interface NewRelease {
  readonly manifest: ReleaseManifest;
  readonly content: ReleaseContent;
  readonly definition: IntegrationDefinition;
}
