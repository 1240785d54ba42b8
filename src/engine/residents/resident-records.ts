import type { EdgeRef } from '../../core/switching/edge.ts';
import { inOrderOfNeeds, residentsOf } from '../../core/residents/resident.ts';
import type { Queries } from '../../store/database.ts';
import type { ReleaseRow } from '../../store/releases.ts';
import { noteResident, residentPorts, type ResidentRow, residentsIn } from '../../store/residents.ts';
import type { Places } from '../parts.ts';

/** Those of an environment, what others need first. */
export async function residentsInOrder(db: Queries, ref: EdgeRef): Promise<readonly ResidentRow[]> {
  const rows = await residentsIn(db, ref);
  const ordered = rows.map((row) => {
    const needs = (row.current ?? row.next)?.components[0].needs ?? [];
    return { name: row.component, needs, row };
  });
  return inOrderOfNeeds(ordered).map(({ row }) => row);
}

/** What a run began to change there, what others need first. */
export async function begunBy(db: Queries, ref: EdgeRef, run: string): Promise<readonly ResidentRow[]> {
  return (await residentsInOrder(db, ref)).filter(({ next_run }) => next_run === run);
}

/** Gives every resident of a release its record, and one that listens the port that it keeps. */
export async function recordResidents(
  { database: { db }, edges }: Pick<Places, 'database' | 'edges'>,
  ref: EdgeRef,
  { release, signal }: { readonly release: ReleaseRow; readonly signal: AbortSignal },
): Promise<void> {
  const known = new Map((await residentsIn(db, ref)).map((row) => [row.component, row]));
  for (const { name: component, port } of residentsOf(release.definition.components)) {
    const row = known.get(component);
    if (row !== undefined && (port === null || row.port !== null)) continue;
    const kept = port === null ? null : await lastingPort(await residentPorts(db), edges, signal);
    await noteResident(db, ref, { component, port: kept });
  }
}

async function lastingPort(
  taken: ReadonlySet<number>,
  edges: Places['edges'],
  signal: AbortSignal,
): Promise<number> {
  for (;;) {
    const port = await edges.freePort('resident', signal);
    if (!taken.has(port)) return port;
  }
}
