import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';

import type { Preparation } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';
import { readJsonFile, writeFileAtomically } from '../../lib/atomic-file.ts';
import { DetachedProcessError, startDetached } from '../../lib/detached-process.ts';
import { orDiskFull } from '../../lib/disk-full.ts';
import { reach } from '../../lib/named-point.ts';
import { isNodeError } from '../../lib/node-error.ts';
import { endDeployment } from './end-deployment.ts';
import type { DeploymentFolder } from './layout.ts';
import { inputsDigest, StoredPreparation } from './preparation.ts';
import { portInUse, saysPortInUse } from './port-in-use.ts';
import { type SecretSupply, suppliedInput } from './supplied-secrets.ts';
import type { SupervisedKind } from './supervised-kind.ts';
import { SupervisorClient } from './supervisor-client.ts';
import { type Launch, livingSupervisor, type StartFile, type SupervisorRecord } from './supervisor-record.ts';

const startTimeoutMs = 20_000;
/** There is one supervisor per deployment and it does little: a small young generation and one helper thread do. */
const smallFootprint = ['--max-semi-space-size=1', '--v8-pool-size=1'];

export interface SupervisorStart {
  readonly preparation: Preparation;
  readonly folder: DeploymentFolder;
  readonly launch: Launch;
  readonly kind: SupervisedKind;
  /** Asked only when a supervisor is started: one that runs has its values. */
  readonly secrets: SecretSupply;
  readonly signal: AbortSignal;
}

/**
 * Returns the living supervisor of a deployment, started now when there is none. Each start is supplied with
 * the artifacts anew: what runs is what the digests name, even when components wrote in their folders before.
 */
export async function ensureSupervisor(start: SupervisorStart): Promise<SupervisorRecord> {
  const { folder, preparation } = start;
  try {
    await mkdir(folder.logs, { recursive: true, mode: 0o700 });
    if (await isReplacing(folder, preparation)) await replaceInputs(start);
    else await freeze(folder, preparation);
    return (await lastingSupervisor(start)) ?? (await startSupervisor(start));
  } catch (error) {
    throw folderProblem(error, folder);
  }
}

/**
 * The one that lives; null: none does. One that was told to end never starts anything again, so its end is waited for.
 */
async function lastingSupervisor({
  folder,
  kind,
  signal,
}: SupervisorStart): Promise<SupervisorRecord | null> {
  const living = await livingSupervisor(folder);
  if (living === null || !(await new SupervisorClient(living).isEnding(signal))) return living;
  await endDeployment(folder, { signal, clear: kind.clear }, () => Promise.resolve());
  return null;
}

/** Whether a resident is there with other inputs than those that it is to run with. */
async function isReplacing(folder: DeploymentFolder, preparation: Preparation): Promise<boolean> {
  if (preparation.resident === undefined) return false;
  const frozen = await readJsonFile(folder.preparation, StoredPreparation);
  return frozen !== null && !isDeepStrictEqual(frozen, StoredPreparation.parse(preparation));
}

/** The new inputs are there only once nothing of the former ones runs: two never have one `DATA_DIR`. */
async function replaceInputs({ folder, kind, preparation, signal }: SupervisorStart): Promise<void> {
  await endDeployment(folder, { signal, clear: kind.clear }, async () => {
    await reach('resident: former ended', preparation.deployment);
    await rm(folder.starts, { recursive: true, force: true });
    await writeFileAtomically(folder.preparation, JSON.stringify(preparation));
    await reach('resident: inputs replaced', preparation.deployment);
  });
}

/** Stores the inputs at first; later ones must be equal, or something else than what was approved would run. */
async function freeze(folder: DeploymentFolder, preparation: Preparation): Promise<void> {
  const frozen = await readJsonFile(folder.preparation, StoredPreparation);
  if (frozen === null) {
    await writeFileAtomically(folder.preparation, JSON.stringify(preparation));
    return;
  }
  // Through the schema, so that both have the same fields.
  if (isDeepStrictEqual(frozen, StoredPreparation.parse(preparation))) return;
  throw new DeployerError('internal', {
    message: `Deployment ${preparation.deployment} was frozen with other inputs than those given now.`,
    hint: 'Please report this: a deployment never changes, a new one is made instead.',
  });
}

async function startSupervisor(options: SupervisorStart): Promise<SupervisorRecord> {
  const { folder, preparation, signal } = options;
  const start = join(folder.starts, randomUUID());
  let started: SupervisorRecord | null = null;
  try {
    await mkdir(start, { recursive: true, mode: 0o700 });
    const file: StartFile = { ...options.launch, inputs: inputsDigest(preparation) };
    await writeFileAtomically(join(start, 'launch.json'), JSON.stringify(file));
    if (preparation.resident !== undefined) await mkdir(folder.data, { recursive: true, mode: 0o700 });
    started = await startDetached({
      entry: options.kind.program,
      args: [folder.root, start],
      nodeFlags: smallFootprint,
      logFile: folder.supervisorLog,
      async input() {
        for (const component of preparation.components) await options.kind.supply(component, start, signal);
        return await suppliedInput(preparation, options.secrets);
      },
      ready: () => answeringSupervisor(folder, signal),
      timeoutMs: startTimeoutMs,
      signal,
    });
    return started;
  } catch (error) {
    if (!(error instanceof DetachedProcessError)) throw error;
    const port = preparation.resident?.port ?? null;
    if (port !== null && saysPortInUse(error.lastLines, port)) throw portInUse(preparation, port, error);
    throw new DeployerError('supervisor_failed', {
      message: `The supervisor of ${preparation.deployment} did not start: ${error.message}.`,
      hint: 'deployer doctor',
      detail: error.lastLines,
      cause: error,
    });
  } finally {
    // Another supervisor was first, or none started: these files belong to nobody.
    if (started?.start !== start) await rm(start, { recursive: true, force: true });
  }
}

async function answeringSupervisor(
  folder: DeploymentFolder,
  signal: AbortSignal,
): Promise<SupervisorRecord | null> {
  const record = await livingSupervisor(folder);
  if (record === null) return null;
  return (await new SupervisorClient(record).observation(signal)) === null ? null : record;
}

/** What the system says of a folder that cannot be written, in words with a next step. */
function folderProblem(error: unknown, { root }: DeploymentFolder): unknown {
  const isUnwritable = isNodeError(error) && ['EACCES', 'EROFS', 'EPERM', 'ENOTDIR'].includes(error.code);
  if (!isUnwritable) return orDiskFull(error, `a deployment was prepared in ${root}`);
  return new DeployerError('home_invalid', {
    message: `The folder ${root} cannot be written: ${error.code}.`,
    hint: 'deployer doctor',
    cause: error,
  });
}
