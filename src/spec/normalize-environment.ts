import type {
  ComponentShape,
  EdgeSettings,
  EnvironmentDefinition,
  IntegrationDefinition,
  PerformancePolicy,
  Policy,
  UatPolicy,
  WatchPolicy,
} from '../core/definition/integration.ts';
import type { Obligations } from '../core/approval/obligations.ts';
import { defaults } from './defaults.ts';
import { mirrored } from './merge.ts';
import { msOf, variables } from './normalize-component.ts';
import type { ComponentSection } from './schema/components.ts';
import type { EdgeSection, EnvironmentSection } from './schema/environments.ts';
import type { UatSection, WatchSection } from './schema/policy.ts';
import type { ResourcesSection } from './schema/shape.ts';
import type { Spec } from './schema/spec.ts';
import { cpuMillis, memoryBytes } from './units.ts';

/** What the whole integration says about what is tried and asked for, and each environment's policy answers for. */
export type SharedTests = Pick<IntegrationDefinition, 'performance'> &
  Pick<Policy, 'buildGates'> &
  Obligations;

export function normalizeEnvironments(spec: Spec, tests: SharedTests): readonly EnvironmentDefinition[] {
  const names = Object.keys(spec.environments);
  return Object.entries(spec.environments).map(([name, own]) => {
    const section = mirrored(own, spec.environments[own.mirrors ?? '']);
    const isLast = name === names.at(-1);
    const components = Object.entries(spec.components);
    return {
      name,
      isLast,
      target: section.target ?? 'process',
      mirrors: section.mirrors ?? null,
      differs: { ...section.differs },
      strategy: section.strategy ?? 'blue-green',
      shapes: Object.fromEntries(
        components.map(([component, base]) => [component, shapeOf(component, base, section)]),
      ),
      edge: edgeOf(section.edge),
      policy: policyOf(section, { isLast, components: spec.components, tests }),
      ...(spec.migrations === undefined ? {} : { migrationEnv: variables(section.env) }),
    };
  });
}

/** Component < environment < `components.<name>` of the environment. */
function shapeOf(name: string, component: ComponentSection, section: EnvironmentSection): ComponentShape {
  const override = section.components?.[name];
  const resources: ResourcesSection = {
    ...component.resources,
    ...section.resources,
    ...override?.resources,
  };
  return {
    replicas: replicasOf(component, override?.replicas ?? section.replicas),
    env: variables(component.env, section.env, override?.env),
    resources: {
      cpuMillis: resources.cpu === undefined ? null : cpuMillis(resources.cpu),
      memoryBytes: resources.memory === undefined ? null : memoryBytes(resources.memory),
    },
  };
}

/** What exists once per environment writes into one folder. */
function replicasOf({ scope }: ComponentSection, replicas: number = defaults.replicas): number {
  return scope === 'environment' ? 1 : replicas;
}

function edgeOf(edge: EdgeSection | undefined): EdgeSettings {
  return {
    port: edge?.port ?? null,
    cert: edge?.cert ?? null,
    key: edge?.key ?? null,
    workers: edge?.workers ?? defaults.edgeWorkers,
  };
}

interface PolicyBasis {
  readonly isLast: boolean;
  readonly components: Spec['components'];
  readonly tests: SharedTests;
}

function policyOf(section: EnvironmentSection, { isLast, components, tests }: PolicyBasis): Policy {
  const { approval, watch } = section;
  const keepPrevious =
    section.keepPrevious ?? (isLast ? defaults.keepPreviousLast : defaults.keepPreviousElsewhere);
  const uat = uatOf(section);
  const gates = gatesOf(section, uat);
  return {
    gates,
    approval:
      approval === undefined || approval.none !== undefined
        ? null
        : { count: approval.count ?? defaults.approvalCount, approvers: approval.approvers ?? [] },
    approvalNone: approval?.none ?? null,
    uat,
    watch: watch === undefined ? null : watchOf(watch, components),
    performance: gates.includes('performance') ? performanceOf(tests.performance) : null,
    buildGates: tests.buildGates,
    keepPreviousMs: Math.max(msOf(keepPrevious), (watch?.seconds ?? 0) * 1000),
    self: approval?.self ?? null,
    users: section.users ?? (isLast ? 'external' : 'internal'),
    ...(section.requires === undefined || section.requires.length === 0
      ? {}
      : { requires: section.requires }),
    ...(tests.compliance === undefined ? {} : { compliance: tests.compliance }),
    ...(tests.documentation === undefined ? {} : { documentation: tests.documentation }),
  };
}

/** The gate `uat` and the section `uat` each ask for the stage. */
function uatOf({ gates = [], uat }: { gates?: readonly string[]; uat?: UatSection }): UatPolicy | null {
  if (uat === undefined && !gates.includes('uat')) return null;
  return { testers: uat?.testers ?? [], scenarios: uat?.scenarios ?? [] };
}

function gatesOf({ gates = [] }: EnvironmentSection, uat: UatPolicy | null): readonly string[] {
  return uat === null || gates.includes('uat') ? gates : [...gates, 'uat'];
}

function performanceOf(test: SharedTests['performance']): PerformancePolicy | null {
  if (test === null) return null;
  const { rate, durationSeconds, timeoutMs } = test.load;
  return { load: { rate, durationSeconds, timeoutMs }, limits: test.limits };
}

function watchOf(watch: WatchSection, components: Spec['components']): WatchPolicy {
  const publicComponent = Object.values(components).find((component) => component.public === true);
  return {
    seconds: watch.seconds,
    minRequests: watch.minRequests ?? defaults.minRequests,
    probePath: watch.probe?.path ?? publicComponent?.health?.ready ?? defaults.probePath,
    errorRate: watch.errorRate ?? null,
    p95Ms: watch.p95Ms ?? null,
  };
}
