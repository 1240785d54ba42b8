import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { DeployerError } from '../../errors.ts';
import { type Authority, loopbackCertificate } from './x509.ts';

const dayMs = 24 * 60 * 60 * 1000;
const lifetimeMs = 30 * dayMs;
/** Time left at which a certificate is replaced: ten days, so that a machine may sleep over a holiday. */
const renewWithinMs = 10 * dayMs;

/** What an edge shows to its clients, in PEM: its certificate (and those between it and a root) and its key. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A new key and a certificate for it, for the names of this machine, valid for 30 days. */
export function issueServerCertificate(authority: Authority, now: Date): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Clocks of clients may be behind.
  const validity = { from: new Date(now.getTime() - dayMs), to: new Date(now.getTime() + lifetimeMs) };
  return {
    cert: loopbackCertificate(authority, publicKey, validity),
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

export function needsRenewal(certificate: ServerCertificate, now: Date): boolean {
  const { validTo } = new X509Certificate(certificate.cert);
  return Date.parse(validTo) - now.getTime() < renewWithinMs;
}

/**
 * The certificate and key that a user gave. Throws `edge_failed` when they cannot be read or do not belong together.
 */
export async function readServerCertificate(files: CertificateFiles): Promise<ServerCertificate> {
  const [cert, key] = await Promise.all([readPem(files.cert), readPem(files.key)]);
  try {
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key };
  } catch (error) {
    throw unusable(files, error);
  }
  throw unusable(files, new Error('the key is not the key of the certificate'));
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new DeployerError('edge_failed', {
      message: `The edge cannot read ${path}.`,
      hint: 'Check the path and rights of the files under `edge: { cert, key }` in deployer.yaml.',
      path: 'edge',
      cause: error,
    });
  }
}

function unusable(files: CertificateFiles, cause: unknown): DeployerError {
  return new DeployerError('edge_failed', {
    message: `The certificate ${files.cert} cannot be used with the key ${files.key}.`,
    hint: 'Give a certificate in PEM and the private key that belongs to it, without a passphrase.',
    path: 'edge',
    detail: cause instanceof Error ? [cause.message] : [],
    cause,
  });
}
