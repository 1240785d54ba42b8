import type { DiffView } from '../../api/views/releases.ts';
import { jsonDiff } from '../../core/texts/json-diff.ts';
import { DeployerError } from '../../errors.ts';
import type { Queries } from '../../store/database.ts';
import { findDeployment } from '../../store/deployments.ts';
import { configurationByDigest } from '../../store/digested.ts';
import { findRelease, releaseById } from '../../store/releases.ts';

/** What differs between two releases or deployments. A deployment brings its configuration with it. */
export async function diffView(
  db: Queries,
  integration: string,
  { a, b }: { readonly a: string; readonly b: string },
): Promise<DiffView> {
  const [left, right] = await Promise.all([describe(db, integration, a), describe(db, integration, b)]);
  // A release has no configuration to compare a deployment's with.
  const isComparable = left.configuration !== null && right.configuration !== null;
  const shown = ({ release, configuration }: Described): unknown =>
    isComparable ? { release, configuration } : { release };
  return { a: left.name, b: right.name, changes: jsonDiff(shown(left), shown(right)) };
}

interface Described {
  readonly name: string;
  readonly release: unknown;
  readonly configuration: unknown;
}

async function describe(db: Queries, integration: string, reference: string): Promise<Described> {
  try {
    const row = await findDeployment(db, integration, reference);
    const { manifest } = await releaseById(db, row.release);
    return {
      name: row.id,
      release: manifest,
      configuration: await configurationByDigest(db, row.configuration),
    };
  } catch (error) {
    if (!(error instanceof DeployerError) || error.code !== 'deployment_not_found') throw error;
  }
  const release = await findRelease(db, integration, reference);
  return { name: release.id, release: release.manifest, configuration: null };
}
