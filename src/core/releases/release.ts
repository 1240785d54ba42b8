import type { ReleaseMigration } from './migration.ts';
import type {
  AgentDefinition,
  Component,
  EnvironmentDefinition,
  IntegrationDefinition,
} from '../definition/integration.ts';

/**
 * What a release is, whole: the sha256 of its RFC 8785 canonical JSON is the release's id. Digests are written
 * `sha256:<64 hex digits>`.
 */
export interface ReleaseManifest {
  readonly v: 1;
  /** Key of the integration. */
  readonly integration: string;
  /** Full id. */
  readonly commit: string;
  readonly version: string;
  /** Digest of the artifact of each component, by its name. */
  readonly artifacts: Readonly<Record<string, string>>;
  /** Without what an environment decides, sorted by name. */
  readonly components: readonly Component[];
  readonly agent: AgentIdentity | null;
  /** Absent, not null, when the release brings none. */
  readonly migration?: ReleaseMigration;
  /** As the commit defines them, in promotion order. */
  readonly environments: readonly EnvironmentDefinition[];
  /** Digest of the whole definition, which is stored beside the manifest (suites, set-up and the rest). */
  readonly definition: string;
}

/** The part of a release that decides how it behaves: equal content, equal behaviour under an equal configuration. */
export interface ReleaseContent {
  readonly v: 1;
  readonly artifacts: Readonly<Record<string, string>>;
  readonly components: readonly Component[];
  readonly agent: AgentIdentity | null;
  readonly migration?: ReleaseMigration;
}

/** What makes the agent the one it is. Files by path relative to the integration's folder, with their digests. */
interface AgentIdentity extends AgentFiles {
  readonly model: AgentDefinition['model'];
  readonly state: AgentDefinition['state'];
}

export interface AgentFiles {
  readonly prompts: Readonly<Record<string, string>>;
  readonly tools: Readonly<Record<string, string>>;
  readonly mappings: Readonly<Record<string, string>>;
  readonly schemas: Readonly<Record<string, string>>;
}

export interface ReleaseParts {
  readonly definition: IntegrationDefinition;
  readonly definitionDigest: string;
  readonly commit: string;
  readonly version: string;
  readonly artifacts: Readonly<Record<string, string>>;
  /** What the globs of the agent's definition matched at the commit; not looked at without an agent. */
  readonly agentFiles: AgentFiles;
  /** What the globs of the migration matched at the commit; not looked at without one. */
  readonly migrationFiles?: Readonly<Record<string, string>>;
}

/** Puts a release together. An Error when a component has no artifact, or an artifact no component: a bug. */
export function releaseManifest(parts: ReleaseParts): ReleaseManifest {
  const { definition, artifacts } = parts;
  const names = definition.components.map((component) => component.name).sort();
  const packed = Object.keys(artifacts).sort();
  if (names.join(' ') !== packed.join(' ')) {
    throw new Error(`the components are ${names.join(', ')}, but the artifacts ${packed.join(', ')}`);
  }
  return {
    v: 1,
    integration: definition.key,
    commit: parts.commit,
    version: parts.version,
    artifacts,
    components: [...definition.components].sort((a, b) => (a.name < b.name ? -1 : 1)),
    agent: agentIdentity(definition.agent, parts.agentFiles),
    ...releaseMigration(parts),
    environments: definition.environments,
    definition: parts.definitionDigest,
  };
}

/** Its digest is the content digest: a hold and an approval cover every release that has the same. */
export function releaseContent(manifest: ReleaseManifest): ReleaseContent {
  const { v, artifacts, components, agent, migration } = manifest;
  return { v, artifacts, components, agent, ...(migration === undefined ? {} : { migration }) };
}

function releaseMigration({ definition, migrationFiles }: ReleaseParts): Pick<ReleaseManifest, 'migration'> {
  if (definition.migrations === undefined) return {};
  const { kind, run } = definition.migrations;
  return { migration: { kind, run, files: migrationFiles ?? {} } };
}

function agentIdentity(agent: AgentDefinition | null, files: AgentFiles): AgentIdentity | null {
  if (agent === null) return null;
  const { prompts, tools, mappings, schemas } = files;
  return { prompts, tools, mappings, schemas, model: agent.model, state: agent.state };
}
