import type { EdgeRef } from '../../core/switching/edge.ts';
import {
  isOneWay,
  type MigrationKind,
  type MigrationKnower,
  noWayBack,
  withArticle,
} from '../../core/releases/migration.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import type { Queries } from '../../store/database.ts';
import { findDeployment } from '../../store/deployments.ts';
import { begunMigrations, migrationDoneIn } from '../../store/environment-migrations.ts';
import type { ReleaseRow } from '../../store/releases.ts';

/** In a sentence, why users cannot go from one deployment back to another; null: no migration keeps them from it. */
export async function noWayBackTo(
  db: Queries,
  { integration, environment }: EdgeRef,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): Promise<string | null> {
  if (to === null) return null;
  const begun = await begunMigrations(db, integration, environment);
  if (begun.length === 0) return null;
  const knower = async (id: string): Promise<MigrationKnower> => {
    const { knows } = await findDeployment(db, integration, id);
    return { deployment: id, knows };
  };
  return noWayBack(begun, { from: from === null ? null : await knower(from), to: await knower(to) });
}

/** What a release is going to change in an environment's data, for whoever decides about it. */
export interface MigrationAhead {
  /** In a sentence: which migration will run, and what follows. */
  readonly notice: string;
  readonly isOneWay: boolean;
  readonly kind: MigrationKind;
}

/** Null: the release brings no migration, or the environment has taken it already. */
export async function migrationAhead(
  db: Queries,
  { integration, manifest: { migration } }: ReleaseRow,
  { environment, stable }: { readonly environment: string; readonly stable: string | null },
): Promise<MigrationAhead | null> {
  if (migration === undefined) return null;
  if ((await migrationDoneIn(db, { integration, environment }, digestOf(migration))) !== null) return null;
  const cutsBack = isOneWay(migration.kind) && stable !== null;
  const after = cutsBack
    ? `; from then on there is no way back to ${stable}`
    : '; what is live has to live with what it changes';
  const brings = `Brings ${withArticle(migration.kind)} migration (\`${migration.run}\`), which runs`;
  return {
    notice: `${brings} before the candidate starts${stable === null ? '' : after}.`,
    isOneWay: isOneWay(migration.kind),
    kind: migration.kind,
  };
}
