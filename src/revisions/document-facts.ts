import { checklistOf } from '../core/checklist/cells.ts';
import type { Checklist } from '../core/checklist/checklist.ts';
import { unreleasedFacts } from '../core/checklist/unreleased.ts';
import { alertDrift } from '../core/document/alert-drift.ts';
import type { DocumentFacts } from '../core/document/facts.ts';
import { observedDrift } from '../core/document/observed-drift.ts';
import { redactData, type Redactor } from '../core/secrets/redaction.ts';
import { checklistFacts } from '../engine/checklist/checklist-facts.ts';
import { type PlaceObserver, placeObserver } from '../engine/checklist/place-observer.ts';
import { alertsSeen } from '../engine/monitoring/alerts-seen.ts';
import type { EngineParts } from '../engine/parts.ts';
import { statedPaths } from '../spec/stated-paths.ts';
import { databaseLink } from '../store/database-link.ts';
import { listEnvironments } from '../store/environments.ts';
import { deliverySeen } from './delivery-seen.ts';
import { type DocumentSource, documentSource } from './document-source.ts';
import { environmentSeen } from './environment-seen.ts';
import { liveWaiversSeen } from './live-waivers.ts';
import { settledOf } from './settled-of.ts';

export interface FactsAsked {
  readonly integration: string;
  /** Takes values of secrets out before anything is cut or split: afterwards nobody could find them. */
  readonly redactor: Redactor;
}

/** Everything that the document of an integration is written from, as it is now. */
export async function documentFacts(
  parts: EngineParts,
  { integration, redactor }: FactsAsked,
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
  const observer = placeObserver(parts, signal);
  const [environments, delivery, database, checklist, alerts] = await Promise.all([
    Promise.all(rows.map((row) => environmentSeen(parts, { row, observer }))),
    last === undefined ? null : deliverySeen(parts, last, signal),
    databaseLink(db),
    checklistSeen(parts, source, observer),
    alertsSeen(parts, rows),
  ]);
  const liveWaivers = await liveWaiversSeen(parts, environments, source.release);
  const facts: DocumentFacts = {
    definition,
    stated: source.spec === null ? null : statedPaths(source.spec),
    basis: source.basis,
    settled: settledOf(source, redactor),
    environments,
    checklist,
    liveWaivers,
    delivery,
    alerts,
    database,
    drifts: [...observedDrift(definition, environments), ...alertDrift(definition, environments, alerts)],
  };
  return redactData(facts, redactor);
}

/** Of the release that the document speaks of, or comes after; before there is one, what the definition alone says. */
async function checklistSeen(
  parts: EngineParts,
  { definition, release }: DocumentSource,
  observer: PlaceObserver,
): Promise<Checklist> {
  const integration = definition.key;
  const facts =
    release === null
      ? unreleasedFacts(definition, parts.clock.now())
      : await checklistFacts(parts, { integration, release, observer });
  return checklistOf(integration, facts);
}
