import type { DeploymentRef, Observation, PreparedComponent, Target } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';
import { readJsonFile } from '../../lib/atomic-file.ts';
import { exists } from '../../lib/exists.ts';
import { reach } from '../../lib/named-point.ts';
import { isRunning } from '../../lib/process-identity.ts';
import { Silences } from '../../lib/silences.ts';
import type { Ending } from './end-deployment.ts';
import { type DeploymentFolder, deploymentFolder } from './layout.ts';
import { readLogs } from './log-reader.ts';
import { absent, hung } from './observation.ts';
import { StoredPreparation } from './preparation.ts';
import { retireDeployment, stopDeployment } from './retire.ts';
import { ensureSupervisor } from './start-supervisor.ts';
import { noSecrets, type SecretSupply } from './supplied-secrets.ts';
import { stopWorkers } from './stop-workers.ts';
import { SilentSupervisorError, SupervisorClient } from './supervisor-client.ts';
import { type Launch, livingSupervisor, SupervisorRecord } from './supervisor-record.ts';
import type { SupervisedKind } from './supervised-kind.ts';
import { untilComponentsReady } from './until-ready.ts';

/** What hangs may go on by itself, and all that it runs ends with it: as long as for an edge. */
const longestSilenceMs = 20_000;

export interface SupervisedTargetOptions {
  /** `DEPLOYER_HOME`. */
  readonly home: string;
  /** Values of secrets for a deployment that starts. Without it, one that needs secrets is not started. */
  readonly secrets?: SecretSupply;
  /** Folder with a `node` to put first on PATH of the components. */
  readonly nodeFolder?: string;
  /** How much of each replica's output is kept. @default 5 segments of 4 MiB */
  readonly logs?: Launch['logs'];
}

export interface SupervisedTarget extends Target {
  /** Metrics of a deployment's replicas in the Prometheus text format; null when nothing of it runs. */
  metrics(deployment: DeploymentRef, signal: AbortSignal): Promise<string | null>;
  /**
   * Ends everything of a deployment and keeps what `prepare` needs, and whether workers are wanted. False when nothing
   * of it ran.
   */
  stop(deployment: DeploymentRef, signal: AbortSignal): Promise<boolean>;
  /** The process that looks after a deployment, also when it has gone; null: none is to. */
  supervisor(
    deployment: DeploymentRef,
  ): Promise<{ readonly pid: number; readonly isRunning: boolean } | null>;
}

/**
 * Runs deployments on this machine. Each has a supervisor, a process of its own that outlives this one and is found
 * again by the identity in `supervisor.json`.
 */
export function supervisedTarget(kind: SupervisedKind, options: SupervisedTargetOptions): SupervisedTarget {
  const launch: Launch = {
    nodeFolder: options.nodeFolder ?? null,
    logs: options.logs ?? { segmentBytes: 4 * 1024 * 1024, segments: 5 },
  };
  const folderOf = (deployment: DeploymentRef) => deploymentFolder(options.home, deployment);
  const silences = new Silences(longestSilenceMs);
  const observe = async (deployment: DeploymentRef, signal: AbortSignal): Promise<Observation> => {
    const supervisor = await livingSupervisor(folderOf(deployment));
    if (supervisor === null) return absent;
    const askedAtMs = performance.now();
    try {
      const seen = await new SupervisorClient(supervisor).observation(signal);
      silences.noteAnswer(supervisor);
      return seen ?? absent;
    } catch (error) {
      if (!(error instanceof SilentSupervisorError)) throw error;
      silences.noteSilence(supervisor, askedAtMs, performance.now());
      if (silences.isTooLong(supervisor)) return hung(supervisor);
      throw error;
    }
  };
  const ending = (signal: AbortSignal): Ending => ({
    signal,
    clear: kind.clear,
    isHung: (supervisor) => silences.isTooLong(supervisor),
  });
  return {
    kind: kind.name,

    async prepare(preparation, signal) {
      const folder = folderOf(preparation);
      const { secrets = noSecrets } = options;
      const supervisor = await ensureSupervisor({ preparation, folder, launch, kind, secrets, signal });
      const isResident = preparation.resident !== undefined;
      await reach(
        isResident ? 'resident: supervisor started' : 'candidate: supervisor started',
        preparation.deployment,
      );
      const components = preparation.components.filter(({ activation }) => activation === 'always');
      await untilReady({ deployment: preparation, folder, supervisor, signal }, components);
    },

    observe,

    memory: (signal) => kind.memory(signal),

    async figures(deployment, signal) {
      const supervisor = await livingSupervisor(folderOf(deployment));
      return supervisor === null ? null : new SupervisorClient(supervisor).figures(signal);
    },

    async startWorkers(deployment, signal) {
      const folder = folderOf(deployment);
      const supervisor = await livingSupervisor(folder);
      if (supervisor === null) throw notRunning(deployment);
      await new SupervisorClient(supervisor).setWorkers(true, { timeoutMs: 10_000, signal });
      await untilReady({ deployment, folder, supervisor, signal }, await workersOf(folder));
    },

    stopWorkers: (deployment, signal) => stopWorkers(folderOf(deployment), ending(signal)),

    retire: (deployment, signal) => retireDeployment(folderOf(deployment), ending(signal)),

    stop: (deployment, signal) => stopDeployment(folderOf(deployment), ending(signal)),

    logs: (query, signal) => readLogs(folderOf(query), query, signal),

    async metrics(deployment, signal) {
      const supervisor = await livingSupervisor(folderOf(deployment));
      return supervisor === null ? null : new SupervisorClient(supervisor).metrics(signal);
    },

    async supervisor(deployment) {
      const record = await readJsonFile(folderOf(deployment).supervisor, SupervisorRecord);
      // Whoever ends a deployment removes what its last start unpacked.
      if (record === null || !(await exists(record.start))) return null;
      return { pid: record.pid, isRunning: await isRunning(record) };
    },
  };
}

interface Running {
  readonly deployment: DeploymentRef;
  readonly folder: DeploymentFolder;
  readonly supervisor: SupervisorRecord;
  readonly signal: AbortSignal;
}

async function untilReady(running: Running, components: readonly PreparedComponent[]): Promise<void> {
  // One after another is the slowest that it can be.
  const timeoutMs = components.reduce((sum, { health }) => sum + health.seconds * 1000, 30_000);
  await untilComponentsReady({
    ...running,
    components: new Set(components.map(({ name }) => name)),
    timeoutMs,
  });
}

async function workersOf(folder: DeploymentFolder): Promise<readonly PreparedComponent[]> {
  const preparation = await readJsonFile(folder.preparation, StoredPreparation);
  return (preparation?.components ?? []).filter(({ activation }) => activation === 'when-live');
}

function notRunning({ deployment, environment }: DeploymentRef): DeployerError {
  return new DeployerError('deployment_not_found', {
    message: `Deployment ${deployment} does not run, so its workers cannot be started.`,
    hint: `deployer status, then: deployer rollback ${environment}`,
  });
}
