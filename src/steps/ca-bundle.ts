import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';

import { caFileVariables } from '../core/pipeline/caller-env.ts';
import { writeFileAtomically } from '../lib/atomic-file.ts';
import { isNodeError } from '../lib/node-error.ts';
import { sideFolder } from '../lib/side-folder.ts';

export interface CaBundleSources {
  readonly workspace: string;
  readonly baseEnv: Readonly<Record<string, string>>;
  /** Deployer's authority; null when the environment's edge has a certificate of the user's own. */
  readonly caFile: string | null;
}

/**
 * Writes one PEM file of all whom a suite may trust: the machine's roots, the caller's own files, and Deployer's
 * authority. One file, because programs that are given a file use it in place of what they trusted before. Returns
 * its path.
 */
export async function writeCaBundle(sources: CaBundleSources): Promise<string> {
  const named = caFileVariables.flatMap((name) => sources.baseEnv[name] ?? []);
  const files = await Promise.all([...new Set(named)].map((file) => callersFile(file)));
  const own = sources.caFile === null ? '' : await readFile(sources.caFile, 'utf8');
  const certificates = [...machineRoots(), ...[...files, own].flatMap(certificatesIn)];
  const folder = sideFolder(sources.workspace);
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'ca-bundle.pem');
  await writeFileAtomically(path, `${[...new Set(certificates)].join('\n')}\n`);
  return path;
}

/** A slim container has no root store; Node's copy of Mozilla's list then stands in for it. */
function machineRoots(): readonly string[] {
  const system = getCACertificates('system').flatMap(certificatesIn);
  return system.length > 0 ? system : getCACertificates('bundled').flatMap(certificatesIn);
}

/** A variable may name a file that is not there, e.g. one of another machine; programs pass over it too. */
async function callersFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EISDIR'))
      return '';
    throw error;
  }
}

/** The certificates alone: the files hold comments, and must not hand on a private key. */
function certificatesIn(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
