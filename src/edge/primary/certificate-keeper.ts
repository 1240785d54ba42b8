import type { EdgeSettings } from '../../core/definition/integration.ts';
import { DeployerError } from '../../errors.ts';
import { authorityFile, openAuthority } from '../certificate/authority.ts';
import {
  type CertificateFiles,
  issueServerCertificate,
  needsRenewal,
  readServerCertificate,
  type ServerCertificate,
} from '../certificate/server-certificate.ts';

/** A certificate in use, and the authority that clients must trust for it. */
export interface KeptCertificate {
  readonly certificate: ServerCertificate;
  /** Null when the user brought the files. */
  readonly caFile: string | null;
}

/**
 * The certificate to use from now on: the user's files as they are at the moment, or one of the local authority, the
 * `kept` one as long as it need not be renewed.
 */
export async function obtainCertificate(
  settings: EdgeSettings,
  authorityFolder: string,
  kept: KeptCertificate | null,
): Promise<KeptCertificate> {
  const files = givenFiles(settings);
  if (files !== null) return { certificate: await readServerCertificate(files), caFile: null };
  const now = new Date();
  if (kept !== null && kept.caFile !== null && !needsRenewal(kept.certificate, now)) return kept;
  const certificate = issueServerCertificate(await openAuthority(authorityFolder), now);
  return { certificate, caFile: authorityFile(authorityFolder) };
}

function givenFiles({ cert, key }: EdgeSettings): CertificateFiles | null {
  if (cert === null && key === null) return null;
  if (cert !== null && key !== null) return { cert, key };
  throw new DeployerError('edge_failed', {
    message: `The edge has ${cert === null ? 'a key without a certificate' : 'a certificate without a key'}.`,
    hint: 'Give both `cert` and `key` under `edge` in deployer.yaml, or neither.',
    path: 'edge',
  });
}
