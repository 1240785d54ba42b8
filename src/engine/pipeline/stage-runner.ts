import { dateOf } from '../../core/clock.ts';
import { setTimeout as delay } from 'node:timers/promises';

import { stageDeadlineMs } from '../../core/pipeline/durations.ts';
import { environmentsOf, type Stage } from '../../core/pipeline/plan.ts';
import { judgedBy } from '../../core/pipeline/policy-in-force.ts';
import { redactData, type Redactor } from '../../core/secrets/redaction.ts';
import { type StageOutcome, undecided } from '../../core/verdicts/verdict.ts';
import { DeployerError } from '../../errors.ts';
import { reach } from '../../lib/named-point.ts';
import { isConnectionLost, isDatabaseAway } from '../../store/connection-lost.ts';
import { candidateOf } from '../../store/deployments.ts';
import { saveEvidence } from '../../store/evidence.ts';
import { releaseOfCommit } from '../../store/releases.ts';
import { announceRunEvents, appendRunEvents } from '../../store/run-events.ts';
import { changeRun, findRun, lockRun, type RunRow } from '../../store/runs.ts';
import { changeStage, findStage, type StageRow, toStageRecord } from '../../store/stages.ts';
import type { EngineParts, Steps } from '../parts.ts';
import type { StageLog } from '../run-logs.ts';
import { refuseHeld } from '../subjects.ts';
import { judgingAt } from './policy-in-force.ts';
import { contextOf, type StageWork } from './stage-context.ts';
import { failureOf, orFull } from './stage-failure.ts';

/** How a stage of work ended, as the pipeline acts on it. */
export type StageResult =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'undecided'; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly reason: string };

/**
 * Does the work of one stage and records it: events, log, verdict, evidence. Done again after a crash before the
 * record.
 */
export async function runStage(parts: EngineParts, runId: string, index: number): Promise<StageResult> {
  const { run, stage } = await judgedStage(parts, runId, index);
  // Open before the look at the run: a cancel is either seen there, or heard from then on.
  using abort = parts.work.begin(run.id, stageDeadlineMs(stage, run.definition), stage.name);
  const begun = await begin(parts, run.id, index);
  if (begun.kind !== 'begun') return begun;
  const kind = workKind(stage);
  await reach(`${kind}: begun`);
  const log = parts.logs.open({ run: run.id, stage: stage.name, environment: stage.environment });
  const { outcome, isCancelled } = await workUnseen(parts, { ...begun, run, stage, log, abort });
  await log.close();
  await reach(`${kind}: done`);
  await onceItIsTaken(() => finish(parts, { run, stage, index, outcome, isCancelled }));
  await reach(`${kind}: recorded`);
  if (isCancelled) return { kind: 'cancelled', reason: outcome.reason };
  const kinds = { pass: 'passed', fail: 'failed', undecided: 'undecided' } as const;
  return { kind: kinds[outcome.verdict], reason: outcome.reason };
}

/** The stage, and its run with the definition as the policy in force has it. */
async function judgedStage(
  { database: { db } }: EngineParts,
  runId: string,
  index: number,
): Promise<{ readonly run: RunRow; readonly stage: Stage }> {
  const run = await findRun(db, runId);
  const stage = run.plan.stages[index];
  if (stage === undefined) throw new Error(`run ${run.id} has no stage ${index}`);
  if (stage.environment === null) return { run, stage };
  const { policy } = await judgingAt(db, run, stage);
  return { run: { ...run, definition: judgedBy(run.definition, stage.environment, policy) }, stage };
}

type Begun =
  | { readonly kind: 'begun'; readonly row: StageRow; readonly elapsedMs: () => number }
  | Exclude<StageResult, { readonly kind: 'undecided' }>;

async function begin(parts: EngineParts, runId: string, index: number): Promise<Begun> {
  return await parts.database.transaction(async ({ db, client }) => {
    const { cancel } = await lockRun(db, runId);
    if (cancel !== null) return { kind: 'cancelled', reason: cancel.reason };
    const before = await findStage(db, runId, index);
    // Killed after it was recorded, before the engine knew: it is not done again.
    if (before.state === 'passed' || before.state === 'waived') return { kind: 'passed' };
    if (before.state === 'failed') return { kind: 'failed', reason: before.reason ?? '' };
    await changeRun(db, runId, { state: 'running', waiting: null });
    const now = dateOf(parts.clock);
    const row = await changeStage(db, runId, index, {
      state: 'running',
      startedAt: before.started_at ?? now,
      verdict: null,
      reason: null,
      endedAt: null,
    });
    const at = now.toISOString();
    await appendRunEvents(db, runId, [{ type: 'stage', run: runId, at, ...toStageRecord(row) }]);
    await announceRunEvents(client, runId);
    return { kind: 'begun', row, elapsedMs: elapsedSince(before.started_at, now) };
  });
}

/**
 * The work of a stage with no value of a secret in what it says: neither in its log nor in its verdict and evidence.
 */
async function workUnseen(parts: EngineParts, given: Omit<StageWork, 'redactor'>): Promise<Worked> {
  let redactor: Redactor;
  try {
    redactor = await parts.secrets.redactor(given.run.integration);
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    // Without knowing the values nothing could be kept from showing them.
    return { outcome: failureOf(error, given), isCancelled: false };
  }
  const write: StageLog['write'] = (line, stream) => given.log.write(redactor.redact(line), stream);
  const log = { ...given.log, write };
  const { outcome, isCancelled } = await work(parts, { ...given, log, redactor });
  return { outcome: redactData(outcome, redactor), isCancelled };
}

interface Worked {
  readonly outcome: StageOutcome;
  readonly isCancelled: boolean;
}

/** What went on before a crash is told by the time of day; from now on by time that only passes. */
function elapsedSince(startedAt: Date | null, now: Date): () => number {
  const earlierMs = startedAt === null ? 0 : Math.max(0, now.getTime() - startedAt.getTime());
  const begunMs = performance.now();
  return () => earlierMs + performance.now() - begunMs;
}

async function work(parts: EngineParts, given: StageWork): Promise<Worked> {
  const { run, stage, abort } = given;
  try {
    const context = await contextOf(parts, given);
    const outcome = await parts.steps[workKind(stage)].run(context);
    if (stage.kind === 'package' && outcome.verdict === 'pass') await adoptRelease(parts, run);
    return { outcome, isCancelled: false };
  } catch (error) {
    if (abort.isStopping()) {
      abort[Symbol.dispose]();
      await forever();
    }
    abort.throwIfAbandoned();
    if (abort.isCancelled()) return { outcome: undecided(abort.reason()), isCancelled: true };
    if (isConnectionLost(error)) throw error;
    return { outcome: failureOf(orFull(error, stage), given), isCancelled: false };
  }
}

const againMs = 1000;

/**
 * What a stage did is not done again because the database is away, or has no room to write it down; a suite may have
 * consequences. It keeps no server alive that is to end.
 */
async function onceItIsTaken(record: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await record();
      return;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
    }
    await delay(againMs, undefined, { ref: false });
  }
}

/** From here on the run is about this release. One that is on hold on the way, or equals one that is, ends here. */
async function adoptRelease({ database }: EngineParts, run: RunRow): Promise<void> {
  const release = await releaseOfCommit(database.db, run.integration, run.commit);
  if (release === null) throw new Error(`no release of ${run.commit} was recorded`);
  await changeRun(database.db, run.id, { release: release.id });
  await refuseHeld(database.db, release, environmentsOf(run.plan));
}

/** The server is stopping: the stage is in flight, nothing about it is recorded, and the next server does it again. */
function forever(): Promise<never> {
  return new Promise(() => {
    // The process ends.
  });
}

function workKind({ kind }: Stage): keyof Steps {
  if (kind === 'approval' || kind === 'uat') throw new Error(`${kind} is not work`);
  return kind;
}

interface Finished {
  readonly run: RunRow;
  readonly stage: Stage;
  readonly index: number;
  readonly outcome: StageOutcome;
  readonly isCancelled: boolean;
}

/** Does nothing when it is recorded already: the answer to a commit may have been lost. */
async function finish(
  parts: EngineParts,
  { run, stage, index, outcome, isCancelled }: Finished,
): Promise<void> {
  const states = { pass: 'passed', fail: 'failed', undecided: 'undecided' } as const;
  await parts.database.transaction(async ({ db, client }) => {
    if ((await findStage(db, run.id, index)).state !== 'running') return;
    const { release } = await findRun(db, run.id);
    const candidate = stage.environment === null ? null : await candidateOf(db, run.id, stage.environment);
    const subject = {
      run: run.id,
      stage: index,
      release,
      environment: stage.environment,
      deployment: candidate?.id ?? null,
    };
    const verdictBody = { stage: stage.name, verdict: outcome.verdict, reason: outcome.reason };
    await saveEvidence(db, subject, [...outcome.evidence, { kind: 'stage', body: verdictBody }]);
    const now = dateOf(parts.clock);
    const ended = await changeStage(db, run.id, index, {
      state: isCancelled ? 'skipped' : states[outcome.verdict],
      verdict: isCancelled ? null : outcome.verdict,
      reason: outcome.reason,
      endedAt: now,
    });
    const at = now.toISOString();
    await appendRunEvents(db, run.id, [{ type: 'stage', run: run.id, at, ...toStageRecord(ended) }]);
    await announceRunEvents(client, run.id);
  });
}
