import type { ChecklistItemId } from '../checklist/checklist.ts';
import type { MigrationKind } from '../releases/migration.ts';

/**
 * An integration as its `deployer.yaml` defines it, after defaults and merges: what `src/spec/` produces and everything
 * else reads. Every optional key of the file is decided here, so no reader needs a default of its own.
 */

export const roles = ['api-gateway', 'transform', 'agent', 'tools', 'model', 'service', 'worker'] as const;
export type Role = (typeof roles)[number];

export const targetKinds = ['process', 'docker', 'kubernetes'] as const;
export type TargetKind = (typeof targetKinds)[number];

export interface IntegrationDefinition {
  readonly key: string;
  readonly name: string;
  readonly emoji: string;
  readonly owners: readonly string[];
  /** Folder of `deployer.yaml` inside the repository, `.` at its root, with forward slashes. */
  readonly folder: string;
  /** Globs, relative to the folder, of sources outside it that belong to the integration. */
  readonly also: readonly string[];
  readonly trigger: { readonly branch: string; readonly to: string };
  /** Major version of Node to put first on PATH; null: the machine's own. */
  readonly nodeVersion: number | null;
  /** In the order of the file. Exactly one is public. */
  readonly components: readonly Component[];
  readonly agent: AgentDefinition | null;
  readonly setup: Command | null;
  /** Suites by name, `performance` not among them. */
  readonly suites: Readonly<Record<string, Suite>>;
  readonly performance: PerformanceTest | null;
  /** Absent, not null, when there is none: what was recorded before there were any keeps its digest. */
  readonly migrations?: MigrationDefinition;
  /** Absent, not null, when there is none, for the same reason. */
  readonly monitoring?: MonitoringDefinition;
  /** In promotion order; the last one serves end users. */
  readonly environments: readonly EnvironmentDefinition[];
  /** Absent, as `migrations`, when the file names none. */
  readonly documentation?: DocumentationDefinition;
  /** Absent, as `migrations`, when the file says nothing of it. */
  readonly compliance?: ComplianceDefinition;
}

/** What changes an environment's data before the deployments of a release start there. */
export interface MigrationDefinition {
  readonly run: string;
  readonly kind: MigrationKind;
  readonly timeoutMs: number;
  /** Globs of what it needs, relative to the folder: another content of these is another migration. */
  readonly files: readonly string[];
}

/** When people are told, and who: in force where a release that says so is live. */
export interface MonitoringDefinition {
  /** A limit that is null is not applied. */
  readonly limits: AlertLimits;
  readonly windowSeconds: number;
  /** With fewer in a window, error rate and latency are not judged. */
  readonly minRequests: number;
  /** Where alerts are raised. */
  readonly environments: readonly string[];
  /** Addresses, or references to secrets that hold one. */
  readonly webhooks: readonly string[];
}

export interface AlertLimits {
  /** Share of requests. */
  readonly errorRate: number | null;
  readonly p95Ms: number | null;
  /** Share of a replica's CPU limit, or of one core where it has none. */
  readonly cpu: number | null;
  /** Share of a replica's memory limit. */
  readonly memory: number | null;
  /** Of one replica within the window. */
  readonly restarts: number | null;
}

/** A shell command with what it may use. Run by `/bin/sh -c` in a process group of its own. */
export interface Command {
  readonly run: string;
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string>>;
}

export interface Component {
  readonly name: string;
  readonly role: Role;
  /** Folder relative to the integration's folder; the bundle's content after the build. */
  readonly path: string;
  readonly build: Command | null;
  readonly run: string;
  readonly dockerfile: string | null;
  /** Port inside a container; on `process` it only says that the component listens (on the assigned PORT). */
  readonly port: number | null;
  readonly isPublic: boolean;
  readonly health: Health;
  /** Names of components whose URL this one is given; they start first. */
  readonly needs: readonly string[];
  readonly activation: 'always' | 'when-live';
  /** True: the new worker starts before the old one is told to stop. */
  readonly overlap: boolean;
  /** Time between SIGTERM and SIGKILL. */
  readonly drainMs: number;
  /** Globs of files that stay out of the bundle. */
  readonly exclude: readonly string[];
  /** Of a resident, which exists once per environment; absent of a component that is part of each deployment. */
  readonly scope?: 'environment';
}

export interface Health {
  /** GET path that answers 200-399 when the component can take requests; null: the port accepting TCP is enough. */
  readonly ready: string | null;
  /** GET path; three failures in a row restart the replica. */
  readonly live: string | null;
  /** For a component without a port: a command that exits 0 when it is ready; null: alive for `seconds`. */
  readonly run: string | null;
  /** Time allowed to become ready, or, without port and `run`, the time that it must stay alive. */
  readonly seconds: number;
}

/** What the component gets in one environment, fully merged. */
export interface ComponentShape {
  readonly replicas: number;
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
}

export interface Resources {
  /** CPU in thousandths of a core (`500m` is 500); null: no limit. */
  readonly cpuMillis: number | null;
  readonly memoryBytes: number | null;
}

export interface AgentDefinition {
  readonly prompts: readonly string[];
  readonly model: {
    readonly provider: string;
    readonly id: string;
    readonly parameters: Readonly<Record<string, unknown>>;
  } | null;
  readonly tools: readonly string[];
  readonly mappings: readonly string[];
  readonly schemas: readonly string[];
  readonly state: { readonly writes: number; readonly reads: readonly number[] } | null;
}

export interface Suite extends Command {
  readonly name: string;
  /** JUnit XML file relative to the integration's folder; null: the exit code decides. */
  readonly report: string | null;
  /** Whether it leaves traces in the environment (true unless the spec says `writes: false`). */
  readonly writes: boolean;
}

export interface PerformanceTest {
  readonly load: {
    readonly path: string;
    /** File with the request body, relative to the integration's folder; null: GET. */
    readonly body: string | null;
    /** Arrivals per second of the open model. */
    readonly rate: number;
    readonly durationSeconds: number;
    readonly timeoutMs: number;
  };
  /** A limit that is null is not applied. */
  readonly limits: {
    readonly p95Ms: number | null;
    readonly errorRate: number | null;
    readonly p95VsStable: number | null;
  };
}

export interface EnvironmentDefinition {
  readonly name: string;
  readonly isLast: boolean;
  readonly target: TargetKind;
  readonly mirrors: string | null;
  /** Reasons for own shape keys of a mirroring environment, by dotted path. */
  readonly differs: Readonly<Record<string, string>>;
  readonly strategy: 'blue-green';
  /** By component name, one entry for every component. */
  readonly shapes: Readonly<Record<string, ComponentShape>>;
  readonly edge: EdgeSettings;
  readonly policy: Policy;
  /** The environment's own `env`, as its migrations get it; absent where there are none. */
  readonly migrationEnv?: Readonly<Record<string, string>>;
}

export interface EdgeSettings {
  /** Null: chosen once and kept. */
  readonly port: number | null;
  /** PEM files, relative to the integration's folder; null: signed by the local certificate authority. */
  readonly cert: string | null;
  readonly key: string | null;
  readonly workers: number;
}

/** Who may decide, what must hold, and how long: judged, never mirrored. */
export interface Policy {
  /** Suites, `performance`, `uat` and `rollback-rehearsal`, in the order of the file. */
  readonly gates: readonly string[];
  /** Null: no approval stage; on the last environment `none` carries the reason for having none. */
  readonly approval: ApprovalPolicy | null;
  readonly approvalNone: string | null;
  readonly uat: UatPolicy | null;
  readonly watch: WatchPolicy | null;
  /** How hard a candidate is loaded, and what it must keep to; null where `performance` is no gate. */
  readonly performance: PerformancePolicy | null;
  /** Suites that must pass before there is any deployment. */
  readonly buildGates: readonly string[];
  readonly keepPreviousMs: number;
  /** Reason for which author and requester may decide themselves; null: they may not. */
  readonly self: string | null;
  readonly users: 'external' | 'internal';
  /** Items of the checklist that must be met right before the switch; absent, not empty, when there are none. */
  readonly requires?: readonly ChecklistItemId[];
  /** What the definition says beside its environments, of which a commit takes nothing away; absent as there. */
  readonly compliance?: ComplianceDefinition;
  readonly documentation?: DocumentationDefinition;
}

export interface ApprovalPolicy {
  readonly count: number;
  readonly approvers: readonly string[];
}

export interface UatPolicy {
  /** Empty: anyone but author and requester. */
  readonly testers: readonly string[];
  readonly scenarios: readonly string[];
}

/** Of a load test what a commit must not loosen: what is requested is the commit's own. */
export interface PerformancePolicy extends Pick<PerformanceTest, 'limits'> {
  readonly load: Pick<PerformanceTest['load'], 'rate' | 'durationSeconds' | 'timeoutMs'>;
}

export interface WatchPolicy {
  readonly seconds: number;
  readonly minRequests: number;
  /** Path that the prober GETs through the edge when there is less traffic than `minRequests`. */
  readonly probePath: string;
  readonly errorRate: number | null;
  readonly p95Ms: number | null;
}

/** Globs, relative to the folder. */
export interface DocumentationDefinition {
  readonly files: readonly string[];
  /** What users see of the integration: documents have to keep up with it. */
  readonly interface: readonly string[];
}

export interface ComplianceDefinition {
  readonly frameworks: readonly string[];
  /** Names of suites. */
  readonly checks: readonly string[];
  /** The reason why nothing has to be checked; null: something has to, or nobody said. */
  readonly none: string | null;
}
