import { count } from '../texts/figures.ts';
import { parseSecretReference, secretName } from '../secrets/secret-reference.ts';
import type { Substitution } from '../secrets/secrets.ts';

/** A deployment that was started with a version which was revoked since. */
export interface RevokedUse {
  readonly environment: string;
  readonly substitution: Substitution;
}

/**
 * One sentence per version, however many deployments run with it: it is what the revocation leads to, and it is over
 * when they have been replaced.
 */
export function revokedInUse(uses: readonly RevokedUse[]): readonly string[] {
  const byVersion = Map.groupBy(uses, ({ substitution }) => substitution.revoked);
  return [...byVersion].map(([revoked, all]) => {
    const places = [...Map.groupBy(all, ({ environment }) => environment)];
    const where = places.map(([environment, there]) => `${there.length} in ${environment}`).join(', ');
    const used = all[0]?.substitution.used ?? null;
    const next =
      used === null ? 'nothing can start again with it' : `what starts again gets ${versionOf(used)}`;
    const run = all.length === 1 ? 'runs' : 'run';
    return `Secret ${nameOf(revoked)} is revoked, and ${count(all.length, 'deployment')} still ${run} with it (${where}): ${next}; deployer ship replaces what is live`;
  });
}

function nameOf(text: string): string {
  const reference = parseSecretReference(text);
  return reference === null ? text : secretName(reference);
}

function versionOf(text: string): string {
  return `@${parseSecretReference(text)?.version ?? ''}`;
}
