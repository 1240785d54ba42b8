import type { EdgeAddress } from '../switching/edge.ts';
import type { ReleaseMigration } from '../releases/migration.ts';
import type {
  DocumentationDefinition,
  EnvironmentDefinition,
  IntegrationDefinition,
} from '../definition/integration.ts';
import type { Stage } from './plan.ts';
import type { Redactor } from '../secrets/redaction.ts';
import type { LogStream } from './run.ts';
import type { DeploymentRef } from '../places/target.ts';
import type { StageOutcome } from '../verdicts/verdict.ts';

/**
 * One stage's work. A step may be started again after a crash at any point, so its effects are idempotent by run,
 * stage and deployment. It ends soon after `signal` aborts, with everything it started ended. What it throws fails the
 * stage with that error's message; a person's mistake is a `DeployerError`.
 */
export interface Step {
  run(context: StepContext): Promise<StageOutcome>;
}

export interface StepContext {
  readonly run: RunFacts;
  readonly stage: Stage;
  readonly definition: IntegrationDefinition;
  /** What `package` looks at: all that an environment asks for, in force or of the commit; absent elsewhere. */
  readonly documentation?: DocumentationDefinition;
  /** Root of the run's clean checkout. It does not exist before `checkout`. */
  readonly workspace: string;
  /** The integration's folder in the checkout. */
  readonly folder: string;
  /** Null before `package`. */
  readonly release: ReleaseFacts | null;
  /** Null before the first environment. */
  readonly change: Change | null;
  readonly signal: AbortSignal;
  /** How long the stage has been going on, in milliseconds, in servers before a crash included. */
  readonly elapsedMs: () => number;
  /** What the stage wrote down for its own restart (JSON); null at first. */
  recall(): Promise<unknown>;
  remember(value: unknown): Promise<void>;
  /** Stored, and streamed to whoever follows the run. One line, without its newline. */
  readonly log: (line: string, stream?: LogStream) => void;
  /** Takes values of secrets out of lines before they are cut; what is logged or returned goes through it anyway. */
  readonly redactor: Redactor;
  /**
   * The environment of a command, with the values of secrets in the place of references. For the command alone: they
   * may be kept nowhere. Throws `secret_missing`, `secret_revoked` or `secrets_locked`.
   */
  reveal(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
}

export interface RunFacts {
  readonly id: string;
  readonly integration: string;
  readonly commit: string;
  readonly requester: string;
  /** PATH, HOME, proxies and CA variables of the caller at ship time, and nothing else of it. */
  readonly baseEnv: Readonly<Record<string, string>>;
}

export interface ReleaseFacts {
  readonly id: string;
  readonly version: string;
  /** Artifact digest by component name. */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly migration?: ReleaseMigration;
}

/** The change that a run makes in one environment, from preparing to the end of the watch. */
export interface Change {
  readonly environment: EnvironmentDefinition;
  readonly edge: EdgeAddress;
  /** The new deployment; null before `prepare`. */
  readonly candidate: CandidateFacts | null;
  /** What was stable when the change began; null on a first deploy. */
  readonly former: string | null;
  /** Addresses of the release's residents, by component name; absent where there are none. */
  readonly residents?: Readonly<Record<string, string>>;
  /** In a sentence, why users cannot go back to the former one whatever happens; absent when they can. */
  readonly noWayBack?: string;
}

export interface CandidateFacts extends DeploymentRef {
  /** `https://127.0.0.1:<port>` of its own, no slash at the end. */
  readonly previewUrl: string;
}
