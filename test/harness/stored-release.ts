import type { IntegrationDefinition } from '../../src/core/definition/integration.ts';
import { releaseContent, type ReleaseManifest, releaseManifest } from '../../src/core/releases/release.ts';
import { digestOf, sha256 } from '../../src/lib/canonical-json.ts';
import type { StoredRelease } from '../../src/store/releases.ts';

/** A release of a commit; equal `artifacts` give equal content. */
export function storedRelease(
  definition: IntegrationDefinition,
  commit: string,
  own: { readonly version?: string; readonly artifacts?: string } = {},
): StoredRelease {
  const manifest: ReleaseManifest = releaseManifest({
    definition,
    definitionDigest: digestOf(definition),
    commit,
    version: own.version ?? `0.0.0-${commit.slice(0, 7)}`,
    artifacts: Object.fromEntries(
      definition.components.map(({ name }) => [name, sha256(`${name} ${own.artifacts ?? commit}`)]),
    ),
    agentFiles: { prompts: {}, tools: {}, mappings: {}, schemas: {} },
  });
  return { id: digestOf(manifest), content: digestOf(releaseContent(manifest)), manifest, definition };
}

/** A commit id that begins with `start`. */
export function commitOf(start: string): string {
  return start.padEnd(40, '0');
}
