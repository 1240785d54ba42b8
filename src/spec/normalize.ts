import { defaultEmoji } from '../core/definition/emoji.ts';
import type {
  AgentDefinition,
  ComplianceDefinition,
  DocumentationDefinition,
  IntegrationDefinition,
  MigrationDefinition,
} from '../core/definition/integration.ts';
import type { Obligations } from '../core/approval/obligations.ts';
import { defaults } from './defaults.ts';
import { msOf, normalizeComponent } from './normalize-component.ts';
import { normalizeEnvironments } from './normalize-environment.ts';
import { normalizeMonitoring } from './normalize-monitoring.ts';
import { normalizePerformance, normalizeSetup, normalizeSuites } from './normalize-tests.ts';
import { tidyPath } from './relative-path.ts';
import type { AgentSection } from './schema/agent.ts';
import type { ComplianceSection } from './schema/compliance.ts';
import type { DocumentationSection } from './schema/documentation.ts';
import type { MigrationsSection } from './schema/migrations.ts';
import type { Spec } from './schema/spec.ts';

/** Applies every default and merges environments, so that no reader of the definition decides anything again. */
export function normalize(spec: Spec, folder: string): IntegrationDefinition {
  const { integration, tests = {} } = spec;
  const components = Object.entries(spec.components).map(([name, section]) =>
    normalizeComponent(name, section),
  );
  const suites = normalizeSuites(tests);
  const buildGates = spec.build?.gates ?? (Object.hasOwn(suites, 'unit') ? ['unit'] : []);
  const performance = tests.performance === undefined ? null : normalizePerformance(tests.performance);
  const obligations = normalizeObligations(spec);
  return {
    key: integration.key,
    name: integration.name ?? integration.key,
    emoji:
      integration.emoji ??
      defaultEmoji(
        integration.key,
        components.map(({ role }) => role),
      ),
    owners: integration.owners ?? [],
    folder: tidyPath(folder),
    also: spec.also ?? [],
    trigger: {
      branch: spec.trigger?.branch ?? defaults.branch,
      to: spec.trigger?.to ?? Object.keys(spec.environments).at(-1) ?? '',
    },
    nodeVersion: spec.runtimes?.node ?? null,
    components,
    agent: spec.agent === undefined ? null : normalizeAgent(spec.agent),
    setup: normalizeSetup(tests),
    suites,
    performance,
    ...(spec.migrations === undefined ? {} : { migrations: normalizeMigrations(spec.migrations, spec.also) }),
    ...normalizeMonitoring(spec),
    environments: normalizeEnvironments(spec, { buildGates, performance, ...obligations }),
    ...obligations,
  };
}

function normalizeObligations({ documentation, compliance }: Spec): Obligations {
  return {
    ...(documentation === undefined ? {} : { documentation: normalizeDocumentation(documentation) }),
    ...(compliance === undefined ? {} : { compliance: normalizeCompliance(compliance) }),
  };
}

/** Hidden files and folders are no part of `**`. */
const everyFile = ['**', '**/.*', '**/.*/**'];

/** Without `files`, everything that the integration is made of may belong to its migration. */
function normalizeMigrations(
  { run, kind, timeout, files }: MigrationsSection,
  also: readonly string[] = [],
): MigrationDefinition {
  return { run, kind, timeoutMs: msOf(timeout ?? defaults.timeout), files: files ?? [...everyFile, ...also] };
}

function normalizeAgent({ model, state, ...files }: AgentSection): AgentDefinition {
  return {
    prompts: files.prompts ?? [],
    model: model === undefined ? null : { ...model, parameters: model.parameters ?? {} },
    tools: files.tools ?? [],
    mappings: files.mappings ?? [],
    schemas: files.schemas ?? [],
    state: state === undefined ? null : { writes: state.writes, reads: state.reads ?? [state.writes] },
  };
}

function normalizeDocumentation({ files, interface: seen }: DocumentationSection): DocumentationDefinition {
  return { files, interface: seen ?? [] };
}

function normalizeCompliance({ frameworks, checks, none }: ComplianceSection): ComplianceDefinition {
  return { frameworks: frameworks ?? [], checks: checks ?? [], none: none ?? null };
}
