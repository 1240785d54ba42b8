import type { EdgeRef } from '../core/switching/edge.ts';
import { withPorts } from '../core/residents/moved-residents.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import { residentsIn } from './residents.ts';

/** Gives residents of an environment other ports, and all that was told of the former ones the new addresses. */
export async function moveResidents(
  db: Queries,
  ref: EdgeRef,
  ports: ReadonlyMap<string, number>,
): Promise<void> {
  for (const { component, port, current, next } of await residentsIn(db, ref)) {
    await db
      .updateTable('app.resident')
      .set({
        port: ports.get(component) ?? port,
        current: current === null ? null : json(withPorts(current, ports)),
        next: next === null ? null : json(withPorts(next, ports)),
      })
      .where('integration', '=', ref.integration)
      .where('environment', '=', ref.environment)
      .where('component', '=', component)
      .execute();
  }
  const deployments = await db
    .selectFrom('app.deployment')
    .select(['id', 'preparation'])
    .where('integration', '=', ref.integration)
    .where('environment', '=', ref.environment)
    .execute();
  for (const { id, preparation } of deployments) {
    if (preparation.urls === undefined) continue;
    await db
      .updateTable('app.deployment')
      .set({ preparation: json(withPorts(preparation, ports)) })
      .where('integration', '=', ref.integration)
      .where('id', '=', id)
      .execute();
  }
}
