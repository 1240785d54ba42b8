import type { Selectable } from 'kysely';

import type { Binding } from '../core/approval/binding.ts';
import type { Actor } from '../core/pipeline/run.ts';
import { databaseNowMs } from './clock.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { DecisionKind, DecisionTable } from './tables/evidence.ts';

export type DecisionRow = Selectable<DecisionTable>;

export interface NewDecision {
  readonly run: string;
  readonly stage: number;
  readonly attempt: number;
  readonly kind: DecisionKind;
  readonly by: Actor;
  readonly binding: { readonly digest: string; readonly parts: Binding } | null;
  readonly detail: Readonly<Record<string, unknown>>;
  /** `since` of the question that it answers. */
  readonly asked: string;
}

export async function insertDecision(db: Queries, decision: NewDecision): Promise<DecisionRow> {
  return await db
    .insertInto('app.decision')
    .values({
      run: decision.run,
      stage: decision.stage,
      attempt: decision.attempt,
      kind: decision.kind,
      identity: decision.by.identity,
      proven: decision.by.proven,
      binding: decision.binding?.digest ?? null,
      parts: decision.binding === null ? null : json(decision.binding.parts),
      detail: json({ ...decision.detail, asked: decision.asked }),
      at: new Date(await databaseNowMs(db)),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Which question it answers: `since` of that one; null: an earlier version did not write it down. */
export function askedOf({ detail }: Pick<DecisionRow, 'detail'>): string | null {
  const { asked } = detail;
  return typeof asked === 'string' ? asked : null;
}

/** Oldest first. */
export async function decisionsOf(db: Queries, run: string, stage: number): Promise<readonly DecisionRow[]> {
  return await db
    .selectFrom('app.decision')
    .selectAll()
    .where('run', '=', run)
    .where('stage', '=', stage)
    .orderBy('id')
    .execute();
}
