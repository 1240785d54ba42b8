import { join } from 'node:path';

import { environmentIn } from '../../core/definition/environment-in.ts';
import { documentationOf } from '../../core/approval/obligations.ts';
import type { Stage } from '../../core/pipeline/plan.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { StepContext } from '../../core/pipeline/step.ts';
import type { Queries } from '../../store/database.ts';
import { candidateOf } from '../../store/deployments.ts';
import { findEnvironment } from '../../store/environments.ts';
import { factsOf } from '../../store/release-records.ts';
import { releaseById, type ReleaseRow } from '../../store/releases.ts';
import type { RunRow } from '../../store/runs.ts';
import { findStage, setMemo, type StageRow } from '../../store/stages.ts';
import { noWayBackTo } from '../going-back/way-back.ts';
import type { EngineParts } from '../parts.ts';
import { residentUrls } from '../residents/resident-urls.ts';
import type { StageLog } from '../run-logs.ts';
import { candidateFacts } from '../switching/candidates.ts';
import { edgeInForce } from '../switching/edge-of-environment.ts';
import type { Abortable } from '../work-in-flight.ts';
import { reveal } from './pins.ts';
import { judgingNow } from './policy-in-force.ts';

/** A stage of work that has begun. */
export interface StageWork {
  readonly run: RunRow;
  readonly stage: Stage;
  readonly row: StageRow;
  /** Since the stage began first, across crashes. */
  readonly elapsedMs: () => number;
  readonly log: StageLog;
  readonly abort: Abortable;
  readonly redactor: Redactor;
}

/** What a stage of work is given: the run, its release, and what it changes in an environment. */
export async function contextOf(parts: EngineParts, given: StageWork): Promise<StepContext> {
  const { run, stage, row, elapsedMs, log, abort, redactor } = given;
  const { db } = parts.database;
  const workspace = parts.home.workspace(run.id);
  const release = run.release === null ? null : await releaseById(db, run.release);
  return {
    run: {
      id: run.id,
      integration: run.integration,
      commit: run.commit,
      requester: run.requester,
      baseEnv: run.env,
    },
    stage,
    definition: run.definition,
    ...(stage.kind === 'package' ? await documentsAskedFor(db, run) : {}),
    workspace,
    folder: join(workspace, run.definition.folder),
    release: release === null ? null : factsOf(release),
    change:
      stage.environment === null ? null : await changeOf(parts, { run, release, name: stage.environment }),
    signal: abort.signal,
    elapsedMs,
    recall: async () => (await findStage(db, run.id, row.index)).memo,
    remember: (value) => setMemo(db, run.id, row.index, value),
    log: (line, stream = 'note') => log.write(line, stream),
    redactor,
    reveal: (env) => reveal({ db, secrets: parts.secrets }, run, stage.environment, env),
  };
}

async function documentsAskedFor(db: Queries, run: RunRow): Promise<Pick<StepContext, 'documentation'>> {
  const judging = [...(await judgingNow(db, run.definition)).values()];
  const documentation = documentationOf(judging.map(({ policy }) => policy.documentation));
  return documentation === null ? {} : { documentation };
}

async function changeOf(
  parts: EngineParts,
  {
    run,
    release,
    name,
  }: { readonly run: RunRow; readonly release: ReleaseRow | null; readonly name: string },
): Promise<StepContext['change']> {
  const { db } = parts.database;
  const environment = environmentIn(run.definition, name);
  const row = await findEnvironment(db, run.integration, name);
  const ref = { integration: run.integration, environment: name };
  const edge = await edgeInForce(parts, ref, environment.edge);
  const residents = release === null ? {} : await residentUrls(db, ref, release);
  const candidate = await candidateOf(db, run.id, name);
  const former = candidate === null ? stableOf(row.routes) : candidate.replaces;
  const noWayBack =
    candidate === null ? null : await noWayBackTo(db, ref, { from: candidate.id, to: former });
  return {
    environment,
    edge,
    candidate: candidate === null ? null : candidateFacts(candidate),
    former,
    ...(Object.keys(residents).length === 0 ? {} : { residents }),
    ...(noWayBack === null ? {} : { noWayBack }),
  };
}
