import { join } from 'node:path';

import type { ArtifactStore, PackedArtifact } from '../core/releases/artifacts.ts';
import { bytes, count } from '../core/texts/figures.ts';
import type { Releases } from '../core/releases/records.ts';
import { type AgentFiles, releaseContent, releaseManifest } from '../core/releases/release.ts';
import type { CommitFiles, Sources } from '../core/releases/sources.ts';
import type { ReleaseFacts, Step, StepContext } from '../core/pipeline/step.ts';
import { type Evidence, passed, type StageOutcome } from '../core/verdicts/verdict.ts';
import { DeployerError } from '../errors.ts';
import { digestOf, sha256 } from '../lib/canonical-json.ts';
import { orDiskFull } from '../lib/disk-full.ts';
import { mapAhead } from '../lib/map-ahead.ts';
import { reach } from '../lib/named-point.ts';
import { documentationEvidence } from './documentation.ts';

export interface PackagePorts {
  readonly sources: Sources;
  readonly commits: CommitFiles;
  readonly releases: Releases;
  readonly artifacts: ArtifactStore;
  /** How many components may be packed at the same time. */
  readonly parallel: number;
}

/** Makes the release of the commit, once: a later run of the same commit verifies and reuses what is there. */
export function packageStep(ports: PackagePorts): Step {
  return {
    run: async (context) => {
      const existing = await ports.releases.ofCommit(context.run.integration, context.run.commit);
      const documents = await documentationEvidence(context, ports);
      return existing === null
        ? await pack(context, ports, documents)
        : await reuse(existing, context, { ...ports, documents });
    },
  };
}

async function reuse(
  release: ReleaseFacts,
  { signal }: StepContext,
  { artifacts, documents }: Pick<PackagePorts, 'artifacts'> & { readonly documents: readonly Evidence[] },
): Promise<StageOutcome> {
  const digests = Object.values(release.artifacts);
  for (const digest of digests) await artifacts.verify(digest, signal);
  return passed(
    `Release ${release.version} of this commit exists; ${count(digests.length, 'artifact')} verified`,
    [
      {
        kind: 'package',
        body: { reused: release.id, version: release.version, artifacts: release.artifacts },
      },
      ...documents,
    ],
  );
}

async function pack(
  context: StepContext,
  ports: PackagePorts,
  documents: readonly Evidence[],
): Promise<StageOutcome> {
  const { definition, run, signal } = context;
  const source = { integration: run.integration, commit: run.commit };
  const packed = await packComponents(context, ports);
  const isTaken = (version: string): Promise<boolean> =>
    ports.releases.isVersionTaken(run.integration, version, run.commit);
  const manifest = releaseManifest({
    definition,
    definitionDigest: digestOf(definition),
    commit: run.commit,
    version: await ports.sources.versionOf(source, isTaken, signal),
    artifacts: Object.fromEntries(packed.map(({ component, digest }) => [component, digest])),
    agentFiles: await agentFiles(context, ports.sources),
    migrationFiles: await migrationFiles(context, ports.sources),
  });
  const content = releaseContent(manifest);
  const release = await ports.releases.create({ manifest, content, definition });
  await reach('release: recorded');
  context.log(`Release ${release.version}: ${release.id}`, 'note');
  const size = bytes(packed.reduce((sum, artifact) => sum + artifact.size, 0));
  return passed(`Release ${release.version}: ${count(packed.length, 'artifact')} of ${size} in all`, [
    {
      kind: 'package',
      body: {
        release: release.id,
        version: release.version,
        commit: run.commit,
        content: digestOf(content),
        artifacts: packed,
      },
    },
    ...documents,
  ]);
}

type PackedComponent = PackedArtifact & { readonly component: string };

async function packComponents(
  context: StepContext,
  ports: PackagePorts,
): Promise<readonly PackedComponent[]> {
  const { definition, folder, signal } = context;
  const packed: PackedComponent[] = [];
  const packing = mapAhead(definition.components, ports.parallel, async ({ name, path, exclude }) => {
    const bundle = { component: name, folder: join(folder, path), exclude };
    return { component: name, ...(await ports.artifacts.pack(bundle, signal)) };
  });
  try {
    for await (const artifact of packing) {
      const { component, files, size, digest } = artifact;
      context.log(`${component}: ${count(files, 'file')}, ${bytes(size)}, ${digest}`, 'note');
      packed.push(artifact);
    }
  } catch (error) {
    throw orDiskFull(error, 'packing the artifacts');
  }
  return packed;
}

/** From the commit, not the checkout: a build may write files there that nobody reviewed. */
async function agentFiles(context: StepContext, sources: Sources): Promise<AgentFiles> {
  const { definition, run, signal } = context;
  const source = { integration: run.integration, commit: run.commit };
  async function digests(key: keyof AgentFiles): Promise<Readonly<Record<string, string>>> {
    const globs = definition.agent?.[key] ?? [];
    if (globs.length === 0) return {};
    const files = await sources.filesAt(source, definition.folder, globs, signal);
    if (files.size === 0) throw noAgentFiles(key, globs);
    return Object.fromEntries([...files].map(([path, content]) => [path, sha256(content)]));
  }
  return {
    prompts: await digests('prompts'),
    tools: await digests('tools'),
    mappings: await digests('mappings'),
    schemas: await digests('schemas'),
  };
}

/** Without the files that it needs, a migration that was changed would pass for one that has run. */
async function migrationFiles(
  { definition, run, signal }: StepContext,
  sources: Sources,
): Promise<Readonly<Record<string, string>>> {
  const globs = definition.migrations?.files ?? [];
  if (globs.length === 0) return {};
  const source = { integration: run.integration, commit: run.commit };
  const files = await sources.filesAt(source, definition.folder, globs, signal);
  if (files.size > 0) return Object.fromEntries([...files].map(([path, content]) => [path, sha256(content)]));
  throw new DeployerError('spec_invalid', {
    message: `migrations.files matches no file of the commit: ${globs.join(', ')}.`,
    hint: 'Commit the files, or correct the globs in deployer.yaml.',
    path: 'migrations.files',
  });
}

function noAgentFiles(key: keyof AgentFiles, globs: readonly string[]): DeployerError {
  return new DeployerError('spec_invalid', {
    message: `agent.${key} matches no file of the commit: ${globs.join(', ')}.`,
    hint: 'Commit the files, or correct the globs in deployer.yaml.',
    path: `agent.${key}`,
  });
}
