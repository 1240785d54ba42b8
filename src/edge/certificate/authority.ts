import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  X509Certificate,
} from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../lib/atomic-file.ts';
import { isNodeError } from '../../lib/node-error.ts';
import { type Authority, authorityCertificate } from './x509.ts';

const dayMs = 24 * 60 * 60 * 1000;
const lifetimeMs = 20 * 365 * dayMs;

/** PEM file of the certificate of the authority in `folder`: what clients are told to trust. */
export function authorityFile(folder: string): string {
  return join(folder, 'ca.pem');
}

/**
 * The certificate authority in `folder` (`<home>/ca`), made when there is none. Both files appear at once, by the
 * rename of a folder, so that of several processes that find none, all use the one made first.
 */
export async function openAuthority(folder: string): Promise<Authority> {
  const found = await readAuthority(folder);
  if (found !== null) return found;
  await makeAuthority(folder);
  const made = await readAuthority(folder);
  if (made === null) throw new Error(`${folder} exists and holds no certificate authority`);
  return made;
}

async function readAuthority(folder: string): Promise<Authority | null> {
  try {
    const privateKey = createPrivateKey(await readFile(join(folder, 'ca.key'), 'utf8'));
    const { subject } = new X509Certificate(await readFile(authorityFile(folder)));
    return { name: subject.replace('CN=', ''), privateKey, publicKey: createPublicKey(privateKey) };
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function makeAuthority(folder: string): Promise<void> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const authority = { name: `Deployer local authority ${randomUUID().slice(0, 8)}`, ...keys };
  // Clocks of clients may be behind.
  const validity = { from: new Date(Date.now() - dayMs), to: new Date(Date.now() + lifetimeMs) };
  const beside = `${folder}.${randomUUID()}.tmp`;
  try {
    await mkdir(beside, { recursive: true, mode: 0o700 });
    await writeFileAtomically(
      join(beside, 'ca.key'),
      String(keys.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    );
    await writeFileAtomically(authorityFile(beside), authorityCertificate(authority, validity), 0o644);
    await rename(beside, folder);
  } catch (error) {
    // Another process was first.
    if (!(isNodeError(error) && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST'))) throw error;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
