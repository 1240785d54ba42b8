import type { EdgeSettings } from '../../core/integration.ts';
import { authorityFile, openAuthority } from '../certificate/authority.ts';
import {
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

/** The certificate for these settings: the given files, or one that the local authority signs now. */
export async function obtainCertificate(
  { cert, key }: EdgeSettings,
  authorityFolder: string,
): Promise<KeptCertificate> {
  if (cert !== null && key !== null) {
    return { certificate: await readServerCertificate({ cert, key }), caFile: null };
  }
  const authority = await openAuthority(authorityFolder);
  return {
    certificate: issueServerCertificate(authority, new Date()),
    caFile: authorityFile(authorityFolder),
  };
}

/** What to use from now on, or null when nothing changed: given files may be replaced, own ones end. */
export async function refreshCertificate(
  kept: KeptCertificate,
  settings: EdgeSettings,
  authorityFolder: string,
): Promise<KeptCertificate | null> {
  if (kept.caFile !== null && !needsRenewal(kept.certificate, new Date())) return null;
  const fresh = await obtainCertificate(settings, authorityFolder);
  return fresh.certificate.cert === kept.certificate.cert ? null : fresh;
}
