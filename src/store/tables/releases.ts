import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import type { ReleaseManifest } from '../../core/releases/release.ts';
import type { Json, Time } from './column-types.ts';

export interface ReleaseTable {
  id: string;
  integration: string;
  commit: string;
  version: string;
  content: string;
  manifest: Json<ReleaseManifest>;
  definition: Json<IntegrationDefinition>;
  created_at: Time;
}

export interface DigestedTable<T> {
  digest: string;
  body: Json<T>;
}

export interface PrunedReleaseTable {
  release: string;
  at: Time;
}
