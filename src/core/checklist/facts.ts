import type { BindingChange } from '../approval/binding.ts';
import type {
  DocumentationDefinition,
  EnvironmentDefinition,
  IntegrationDefinition,
} from '../definition/integration.ts';
import type { StageKind } from '../pipeline/plan.ts';
import type { StageState } from '../pipeline/run.ts';
import type { Verdict } from '../verdicts/verdict.ts';
import type { DecidedDeployment } from './drift.ts';
import type { LimitedComponent } from './memory-need.ts';
import type { SeenPlace } from './observation.ts';

/** What the checklist may know of one release in one environment. Everything that a cell says follows from it. */
export interface CellFacts {
  /** `now`: how it is. `before-switch`: whether what is about to get the users may have them. */
  readonly judges: 'now' | 'before-switch';
  readonly definition: IntegrationDefinition;
  /** As the release defines it, judged by the policy in force. */
  readonly environment: EnvironmentDefinition;
  /** Null: nothing was released yet. */
  readonly release: { readonly id: string; readonly version: string } | null;
  /** Of this release here: the one with the users, else the newest; null: there never was one. */
  readonly deployment: DeploymentOfRelease | null;
  /** Of the deployment with the users, where that is of another release; none: this one has them, or nobody. */
  readonly besideRelease: readonly LimitedComponent[];
  /** The newest of each stage of this release, in every environment and before any. */
  readonly stages: readonly StageFacts[];
  /** Decisions of people about this release in this environment, oldest first. */
  readonly decisions: readonly DecisionFacts[];
  /** The newest that was seen of the environment; null: it was never looked at. */
  readonly place: SeenPlace | null;
  readonly secrets: SecretFacts;
  /** Whether one could go back from this release now; null: it has no users here. */
  readonly wayBack: WayBackFacts | null;
  readonly documentation: SeenDocumentation | null;
  /** Null: no alert rule is configured. */
  readonly monitoring: MonitoringFacts | null;
  /** Of this release, in force or not; not those of its author or of who shipped it here. A later one counts. */
  readonly waivers: readonly WaiverFacts[];
  /** What brings the release further on its way here: the question of its open run, or another ship. */
  readonly goOn: string;
  readonly nowMs: number;
}

export interface DeploymentOfRelease extends DecidedDeployment {
  readonly configuration: string;
}

export interface StageFacts {
  readonly run: string;
  readonly name: string;
  readonly kind: StageKind;
  readonly environment: string | null;
  readonly state: StageState;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
  /** ISO 8601; null: it has not ended. */
  readonly endedAt: string | null;
  /** Digests of what it saw when it was done last. */
  readonly evidence: readonly string[];
}

export interface DecisionFacts {
  readonly kind: 'approve' | 'reject' | 'uat-pass' | 'uat-fail';
  readonly run: string;
  readonly identity: string;
  readonly at: string;
  readonly release: string | null;
  readonly configuration: string | null;
  /** The deployment that testers had before them (UAT); null: none, or it is not stored. */
  readonly deployment: string | null;
  /** Of an approval, what it is bound to that has become other, so that it is void; empty: it stands. */
  readonly changedSince: readonly BindingChange[];
}

export interface SecretFacts {
  /** References that the environment's components name. */
  readonly named: number;
  /** Names of those that are not set, or that are revoked. */
  readonly unset: readonly string[];
}

export interface WayBackFacts {
  readonly isReady: boolean;
  readonly reasons: readonly string[];
  /** Nothing was live before: there is nothing to go back to. */
  readonly isFirst: boolean;
}

/** What was seen of the documents that the definition names, at the commit of the release. */
export interface SeenDocumentation {
  readonly evidence: string;
  readonly at: string;
  readonly finding: DocumentationFinding;
}

export interface DocumentationFinding {
  readonly files: readonly string[];
  /** Globs that match nothing. */
  readonly missing: readonly string[];
  readonly brokenLinks: readonly { readonly file: string; readonly link: string }[];
  /** Null: `documentation.interface` names nothing. */
  readonly interface: InterfaceFinding | null;
  /** Why they were not looked at, as a clause; null: they were. */
  readonly unread: string | null;
  /** What was looked for; absent where that was what the commit names. */
  readonly globs?: DocumentationDefinition;
}

export interface InterfaceFinding {
  readonly changedIn: string | null;
  readonly documentedIn: string | null;
  /** Whether the documents were changed in or after the commit that changed the interface last. */
  readonly isDocumented: boolean;
}

/** How the alerts of an environment stand. */
export interface MonitoringFacts {
  /** Digest of the section of the definition that says so. */
  readonly section: string;
  /** Rules that the definition has for this environment, and of those the ones that judge it now. */
  readonly rules: number;
  readonly loaded: number;
  /** When figures of the edge and of the supervisors were read last, ISO 8601; null: not since the server started. */
  readonly figuresAt: string | null;
  /** When users came to what is live, ISO 8601; null: nothing is, or it judges by other rules. */
  readonly liveSince: string | null;
  readonly receivers: number;
  /** The last test alert under these rules; null: there was none. */
  readonly test: { readonly at: string; readonly evidence: string; readonly failed: string | null } | null;
}

export interface WaiverFacts {
  readonly subject: string;
  readonly environment: string | null;
  readonly owner: string;
  readonly reason: string;
  readonly until: string;
  readonly by: string;
  readonly at: string;
}
