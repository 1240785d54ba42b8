import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { residentId } from '../../src/core/residents/resident.ts';
import type { Observation } from '../../src/core/places/target.ts';
import { DeployerError } from '../../src/errors.ts';
import { readJsonFile } from '../../src/lib/atomic-file.ts';
import type { ResidentRow } from '../../src/store/residents.ts';
import { type DeploymentFolder, deploymentFolder } from '../../src/targets/supervised/layout.ts';
import { inputsDigest, StoredPreparation } from '../../src/targets/supervised/preparation.ts';
import { SupervisorClient } from '../../src/targets/supervised/supervisor-client.ts';
import {
  livingSupervisor,
  StartFile,
  type SupervisorRecord,
} from '../../src/targets/supervised/supervisor-record.ts';
import { linesIn } from './integration.ts';
import { resident } from './victims.ts';

export interface ResidentSeen {
  /** What is not as it should be, when nobody changes it. */
  readonly disorder: readonly string[];
  /** Its supervisor; null: none lives. */
  readonly supervisor: SupervisorRecord | null;
}

/** Compares what runs of a resident, and from which inputs, with what is decided about it. */
export async function seenOf(
  root: string,
  { integration, environment, component, current, next }: ResidentRow,
): Promise<ResidentSeen> {
  const deployment = residentId(environment, component);
  const folder = deploymentFolder(root, { integration, environment, deployment });
  const supervisor = await livingSupervisor(folder);
  const decided = current === null ? null : inputsDigest(current);
  const frozen = await readJsonFile(folder.preparation, StoredPreparation);
  const holders = await holdersOf(folder);
  const found: string[] = [];
  if (next !== null) found.push('is being changed');
  if ((frozen === null ? null : inputsDigest(frozen)) !== decided)
    found.push(`has the inputs of ${frozen?.release ?? 'nothing'}, not of ${current?.release ?? 'nothing'}`);
  if (supervisor === null) {
    if (current !== null) found.push('has no supervisor');
    if (holders.length > 0) found.push(`has no supervisor, and ${holders.join(' and ')} has its data`);
  } else {
    const start = await readJsonFile(join(supervisor.start, 'launch.json'), StartFile);
    if (start?.inputs !== decided) found.push('runs what was unpacked for other inputs');
    const seen = await observationOf(supervisor);
    if (seen?.state !== 'ready') found.push(`is seen ${seen?.state ?? 'to end'}`);
    const running = seen?.components.flatMap(({ replicas }) => replicas.flatMap(({ pid }) => pid ?? []));
    if (running?.join() !== holders.join())
      found.push(`${holders.join(' and ') || 'nobody'} has its data, not ${running?.join() ?? 'anybody'}`);
  }
  return { supervisor, disorder: found.map((line) => `${deployment} ${line}`) };
}

/** Null: it is ending, or does not answer, as one that has just ended or has just started. */
export async function observationOf(supervisor: SupervisorRecord): Promise<Observation | null> {
  try {
    return await new SupervisorClient(supervisor).observation(AbortSignal.timeout(5000));
  } catch (error) {
    if (error instanceof DeployerError && error.code === 'supervisor_failed') return null;
    throw error;
  }
}

/** Programs that were given a folder of data, whoever started them. */
async function holdersOf({ data }: DeploymentFolder): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const holders = await Promise.all(
    pids.map(async (pid) => ((await isGiven(pid, data)) ? [Number(pid)] : [])),
  );
  return holders.flat();
}

async function isGiven(pid: string, data: string): Promise<boolean> {
  try {
    const [command, env] = await Promise.all([
      readFile(join('/proc', pid, 'cmdline'), 'utf8'),
      readFile(join('/proc', pid, 'environ'), 'utf8'),
    ]);
    // The shell that is its leash has the same environment.
    const isProgram = command.split('\0')[1] === 'main.mjs';
    return isProgram && env.split('\0').includes(`DATA_DIR=${data}`);
  } catch {
    // It has ended meanwhile, or it is somebody else's.
    return false;
  }
}

/** What the one of production has written so far. */
export async function writtenBy(root: string): Promise<readonly string[]> {
  const path = linesIn(deploymentFolder(root, resident).data);
  return existsSync(path) ? (await readFile(path, 'utf8')).trimEnd().split('\n') : [];
}
