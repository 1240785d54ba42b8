import { edgeUrl } from '../../core/switching/edge.ts';
import type { CandidateFacts } from '../../core/pipeline/step.ts';
import type { Candidates } from '../../core/switching/switcher.ts';
import { reach } from '../../lib/named-point.ts';
import { type DeploymentRow, findDeployment, runningDeployments } from '../../store/deployments.ts';
import { findRun } from '../../store/runs.ts';
import type { Places } from '../parts.ts';
import { migrationsKnownTo } from '../going-back/known-migrations.ts';
import { isTwin, recordCandidate, recordCopy } from '../pipeline/new-deployment.ts';
import { usablePinsOf } from '../pipeline/pins.ts';
import { substitutionsOf } from '../pipeline/supplied-secrets.ts';
import { bringUp, discardDeployment } from './deployment-life.ts';

/** Makes deployments, brings them up and gives each a preview. */
export function candidates(places: Places): Candidates {
  return {
    async prepare(request, signal) {
      const { db } = places.database;
      const run = await findRun(db, request.run.id);
      const pins = await usablePinsOf({ db, secrets: places.secrets }, run, request.environment);
      const { integration, commit } = run;
      const knows = await migrationsKnownTo(
        places,
        { integration, environment: request.environment, commit },
        signal,
      );
      const row = await places.database.transaction((transaction) =>
        recordCandidate(transaction, places, request, { pins, knows }),
      );
      await reach('candidate: recorded');
      return candidateFacts(await bringUp(places, row, signal));
    },
    async prepareTwin(of, signal) {
      const original = await findDeployment(places.database.db, of.integration, of.deployment);
      const substituted = await substitutionsOf(places.secrets, original.preparation);
      const row = await places.database.transaction(async (transaction) => {
        const running = await runningDeployments(transaction.db, of.integration, of.environment);
        // Made before a crash: one twin is enough.
        const known = running.find((candidate) => isTwin(candidate, original));
        if (known !== undefined) return known;
        return await recordCopy(places, transaction, original, { replaces: original.id, substituted });
      });
      return candidateFacts(await bringUp(places, row, signal));
    },
    async discard(deployment, reason, signal) {
      const row = await findDeployment(places.database.db, deployment.integration, deployment.deployment);
      await discardDeployment(places, row, reason, signal);
    },
  };
}

export function candidateFacts(row: DeploymentRow): CandidateFacts {
  return {
    integration: row.integration,
    environment: row.environment,
    deployment: row.id,
    previewUrl: row.preview_port === null ? '' : edgeUrl(row.preview_port),
  };
}
