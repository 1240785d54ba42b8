import { checklistOf } from '../../core/checklist/cells.ts';
import type { Checklist } from '../../core/checklist/checklist.ts';
import { unreleasedFacts } from '../../core/checklist/unreleased.ts';
import { alertDrift } from '../../core/document/alert-drift.ts';
import type { DocumentFacts } from '../../core/document/facts.ts';
import { observedDrift } from '../../core/document/observed-drift.ts';
import { checklistFacts } from '../../engine/checklist/checklist-facts.ts';
import type { IntegrationDefinition } from '../../core/integration.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { statedPaths } from '../../spec/stated-paths.ts';
import { databaseLink } from '../../store/database-link.ts';
import { listEnvironments } from '../../store/environments.ts';
import { listReleases } from '../../store/releases.ts';
import { alertsSeen } from './alerts-seen.ts';
import { deliverySeen } from './delivery-seen.ts';
import { documentSource } from './document-source.ts';
import { environmentSeen } from './environment-seen.ts';
import { settledOf } from './settled-of.ts';

/** Everything that the document of an integration is written from, as it is now. */
export async function documentFacts(
  parts: EngineParts,
  integration: string,
  signal: AbortSignal,
): Promise<DocumentFacts> {
  const { db } = parts.database;
  const source = await documentSource(parts, integration, signal);
  const { definition } = source;
  const names = new Set(definition.environments.map(({ name }) => name));
  // One that the definition has no more still runs.
  const rows = (await listEnvironments(db, integration)).filter(
    ({ name, generation }) => names.has(name) || generation > 0,
  );
  const last = rows.find(({ name }) => name === definition.environments.at(-1)?.name);
  const [environments, delivery, database, checklist, alerts] = await Promise.all([
    Promise.all(rows.map((row) => environmentSeen(parts, row))),
    last === undefined ? null : deliverySeen(parts, last, signal),
    databaseLink(db),
    checklistSeen(parts, definition),
    // Of an integration that has only been given, nothing is in force.
    rows.length === 0 ? [] : alertsSeen(db, integration),
  ]);
  return {
    definition,
    stated: source.spec === null ? null : statedPaths(source.spec),
    basis: source.basis,
    settled: settledOf(source),
    environments,
    checklist,
    delivery,
    alerts,
    database,
    drifts: [...observedDrift(definition, environments), ...alertDrift(definition, environments, alerts)],
  };
}

/** Of the newest release; before there is one, what the definition alone says. */
async function checklistSeen(parts: EngineParts, definition: IntegrationDefinition): Promise<Checklist> {
  const integration = definition.key;
  const [release] = (await listReleases(parts.database.db, integration, null)).rows;
  const facts =
    release === undefined
      ? unreleasedFacts(definition, parts.clock.now())
      : await checklistFacts(parts, { integration, release });
  return checklistOf(integration, facts);
}
