import { isNews, observedContent, type PlaceObservation } from '../../core/checklist/observation.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import { findDeployment } from '../../store/deployments.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { saveEvidence } from '../../store/evidence.ts';
import { lastObservation, observationKind, type StoredObservation } from '../../store/seen-places.ts';
import type { Places } from '../parts.ts';

/** What was seen, with the row that says it: a new one, or the last one while nothing is other than it was. */
export async function keptObservation(
  { database: { db }, clock }: Pick<Places, 'database' | 'clock'>,
  { integration, name: environment, routes }: EnvironmentRow,
  observation: PlaceObservation,
): Promise<Omit<StoredObservation, 'evidence'> & { readonly evidence: string | null }> {
  const nowMs = clock.now();
  const at = new Date(nowMs).toISOString();
  const last = await lastObservation(db, { integration, environment });
  const isSame =
    last !== null && digestOf(observedContent(last.observation)) === digestOf(observedContent(observation));
  if (last !== null && !isNews({ atMs: Date.parse(last.at), isSame }, nowMs)) {
    return { observation, at, evidence: last.evidence };
  }
  const stable = stableOf(routes);
  const live = stable === null ? null : await findDeployment(db, integration, stable);
  const subject = { integration, environment, release: live?.release ?? null, deployment: stable };
  const seen = [{ kind: observationKind, body: { ...observation } }];
  const [evidence = null] = await saveEvidence(db, subject, seen, new Date(nowMs));
  return { observation, at, evidence };
}
