import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import { residentId } from '../../src/core/residents/resident.ts';
import type { DeploymentRef } from '../../src/core/places/target.ts';
import { edgeFolder, readEdgeRecord } from '../../src/edge/edge-record.ts';
import { writeFileAtomically } from '../../src/lib/atomic-file.ts';
import {
  identifyProcess,
  isRunning,
  type ProcessIdentity,
  signalProcess,
} from '../../src/lib/process-identity.ts';
import { deploymentFolder } from '../../src/targets/supervised/layout.ts';
import { livingSupervisor } from '../../src/targets/supervised/supervisor-record.ts';
import type { DeployerHome } from '../harness/deployer-home.ts';
import { until, untilTrue } from '../harness/until.ts';
import type { Victim } from './matrix.ts';

const production = { integration: 'small', environment: 'production' } as const;

/** What is there once in the environment. */
export const resident: DeploymentRef = {
  ...production,
  deployment: residentId(production.environment, 'store'),
};

/** Whose supervisor or component is killed: of a deployment, or the very supervisor. */
export type Whose = { readonly deployment: string } | { readonly supervisor: number };

/** Kills as a power cut would, and returns when it is gone. */
export async function killVictim(
  home: DeployerHome,
  victim: Victim,
  whose: () => Promise<Whose>,
): Promise<void> {
  if (victim === 'server') return await home.killServer();
  if (victim === 'database') return await home.killDatabase();
  if (victim === 'machine') return await restartMachine(home);
  const found = await processOf(home, victim, whose);
  await signalProcess(found, 'SIGKILL');
  await untilTrue(`the ${victim} to be gone`, async () => !(await isRunning(found)));
}

/** Everything ends at once, and what is recorded about it is from another boot (ADR 11). */
async function restartMachine(home: DeployerHome): Promise<void> {
  const records = (await readdir(home.home.root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && identityFiles.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    records.map(async (path) => ({ path, text: await readFile(path, 'utf8') })),
  );
  const identities = files.flatMap(({ text }) => identitiesIn(JSON.parse(text)));
  await Promise.all(identities.map((identity) => signalProcess(identity, 'SIGKILL')));
  for (const identity of identities)
    await untilTrue(`process ${identity.pid} to be gone`, async () => !(await isRunning(identity)));
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  for (const { path, text } of files) {
    // Somebody may have started again meanwhile, and has written a record of this boot.
    const isOld = (await readFile(path, 'utf8').catch(() => '')) === text;
    if (isOld) await writeFileAtomically(path, text.replaceAll(boot, randomUUID()));
  }
}

const identityFiles = /^(server|database|edge|supervisor|leftovers)\.json$|\.claim$/;
const identity = z.object({ pid: z.int().positive(), startedAt: z.string() });

/** Every process that is named anywhere in a record. */
function identitiesIn(record: unknown): readonly ProcessIdentity[] {
  if (typeof record !== 'object' || record === null) return [];
  const own = identity.safeParse(record);
  return [...(own.success ? [own.data] : []), ...Object.values(record).flatMap(identitiesIn)];
}

async function processOf(
  home: DeployerHome,
  victim: Victim,
  whose: () => Promise<Whose>,
): Promise<ProcessIdentity> {
  const { root } = home.home;
  if (victim === 'edge' || victim === 'edge worker') {
    const edge = await readEdgeRecord(edgeFolder(root, production));
    if (edge === null) throw new Error('no edge');
    return victim === 'edge' ? edge : await childOf(edge.pid, 'edge/worker/main');
  }
  const supervisor = await supervisorOf(root, await whose());
  return victim.endsWith('supervisor') ? supervisor : await childOf(supervisor.pid, 'main.mjs');
}

async function supervisorOf(root: string, whose: Whose): Promise<ProcessIdentity> {
  const found =
    'supervisor' in whose
      ? await identifyProcess(whose.supervisor)
      : await livingSupervisor(deploymentFolder(root, { ...production, ...whose }));
  if (found === null) throw new Error(`no supervisor of ${JSON.stringify(whose)}`);
  return found;
}

/** A process that another one has started, by a part of its command. */
async function childOf(parent: number, command: string): Promise<ProcessIdentity> {
  return await until(`${parent} to have a child ${command}`, async () => {
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
    for (const pid of children.split(' ').map(Number)) {
      if (pid === 0) continue;
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (line.includes(command)) return await identifyProcess(pid);
    }
    return null;
  });
}
