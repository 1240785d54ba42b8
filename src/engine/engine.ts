import { setTimeout as delay } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { migrateSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database';
import { GlobalLogger } from '@dbos-inc/dbos-sdk/internal/telemetry/logs';
import type { Logger } from 'pino';

import { queueOf } from '../core/workers/host.ts';
import { findEnvironment } from '../store/environments.ts';
import { createPool } from '../store/pool.ts';
import { cancelsOf } from '../store/runs.ts';
import { registerWorker, removeAllWorkers, removeWorker } from '../store/workers.ts';
import type { StartRollback } from './acts/rollback.ts';
import type { BackgroundWork } from './background.ts';
import { type Convergence, convergence } from './convergence/converge.ts';
import { isHere } from './elsewhere.ts';
import { type Alerting, alerting } from './monitoring/alerting.ts';
import { delivering } from './monitoring/delivering.ts';
import { rollbackElsewhere } from './going-back/rollback-elsewhere.ts';
import { rollbackWorkflow } from './going-back/rollback-workflow.ts';
import { type LoopOptions, loopsOf } from './loops.ts';
import { pipelineName, rollbackName } from './messages.ts';
import type { EngineParts } from './parts.ts';
import { pipeline } from './pipeline/pipeline.ts';
import { type ScheduledWork, scheduler } from './schedules.ts';
import type { Tracking } from './tracking/tracking.ts';
import { handBack } from './workers/hand-back.ts';
import { takeOver } from './workers/take-over.ts';
import { takeQueued } from './workers/take-queued.ts';
import { type Watchdog, watchdog, type WatchdogOptions } from './workers/watchdog.ts';

export interface EngineOptions extends Pick<LoopOptions, 'logger' | 'reviveDatabase'> {
  readonly connectionString: string;
  /** True: the database belongs to this server alone, so whatever was in flight is an orphan. */
  readonly isOwnDatabase: boolean;
  readonly tracking: Pick<Tracking, 'runOnce' | 'settled'>;
  /** Folders of this host without which nothing goes on when they are full. @default none */
  readonly disks?: WatchdogOptions['disks'];
  /** What is started by the clock. @default nothing */
  readonly schedules?: readonly ScheduledWork[];
  /** What goes round beside the engine's own loops. @default nothing */
  readonly background?: readonly BackgroundWork[];
}

export interface Engine {
  readonly convergence: Convergence;
  readonly health: Watchdog['health'];
  readonly alerts: Pick<Alerting, 'seen'>;
  readonly startRollback: StartRollback;
  /** Begins what was just asked for, instead of at the next look. What goes wrong is left to that look. */
  readonly beginQueued: () => void;
  /**
   * No step begins from now on, and runs without one in flight are given back for other workers of this host; resolves
   * when none is in flight, or after 15 minutes.
   */
  drain(): Promise<void>;
  /** Ends without waiting for stages in flight: they are recorded nowhere, and the next server does them again. */
  stop(): Promise<void>;
}

/** Constant: runs in flight survive an upgrade, because the names of workflows carry their version. */
const applicationVersion = 'deployer-engine-1';
const beatMs = 5000;
const watchMs = 5000;
/** How soon a cancel is noticed that was asked for at another server. */
const cancelMs = 500;
/** A round of a background loop takes milliseconds, or seconds while the database is slow. */
const stuckMs = 10_000;
/** The longest that a run waits to begin; looking ten times as often costs an idle server two percent of a core. */
const queuePollMs = 1000;
/** The same when the clock was set back: the engine looks by the time of day, and stands still until that is over. */
const takeQueuedMs = 5000;
const convergeMs = { busy: 2000, calm: 5000 };
/** A schedule says minutes, so nobody waits for the second. */
const schedulesMs = 15_000;
/** What is started by the clock may take hours; tracking looks at branches of many remotes. */
const scheduledMs = 24 * 3_600_000;
const trackedMs = 15 * 60_000;
/** Of many places each may take seconds not to answer. */
const alertsMs = 60_000;
/** How long what is stopped may take to end what it has started; after that it is left to the next server. */
const stopWithinMs = 10_000;
/** The longest that an upgrade waits for the step in flight; after that it is done again by the next server. */
const drainDeadlineMs = 15 * 60_000;
/** How often the engine looks at parts of it that nothing here uses; its own choice is up to 100 times a second. */
const unusedPollMs = 60_000;

/** Makes the engine's own tables in a database, without starting it. */
export async function migrateEngine(connectionString: string): Promise<void> {
  // `DBOS.migrate` is the same with a logger that writes to stdout, which belongs to the verb.
  const silent = new GlobalLogger(undefined, { logLevel: 'error' });
  await migrateSystemDatabase(connectionString, silent);
}

/** Starts the durable engine in this process: registers the workflows, takes over what was in flight, and converges. */
export async function startEngine(parts: EngineParts, options: EngineOptions): Promise<Engine> {
  const { logger } = options;
  const { worker } = parts;
  const { db } = parts.database;
  const pool = createPool({
    connectionString: options.connectionString,
    max: 15,
    onFull: parts.database.room.refused,
  });
  const retryForever = { maxRecoveryAttempts: 1_000_000 };
  DBOS.registerWorkflow(pipeline(parts), { name: pipelineName, ...retryForever });
  const rollback = DBOS.registerWorkflow(rollbackWorkflow(parts), { name: rollbackName, ...retryForever });
  if (options.isOwnDatabase) await removeAllWorkers(db);
  await parts.database.transaction((transaction) => registerWorker(transaction, worker));
  const queueName = queueOf(worker.host.id);
  DBOS.setConfig({
    name: 'deployer',
    systemDatabaseUrl: options.connectionString,
    systemDatabasePool: pool,
    applicationVersion,
    executorID: worker.id,
    listenQueues: [queueName],
    notificationCoalesceMs: unusedPollMs,
    schedulerPollingIntervalMs: unusedPollMs,
    logger: quiet(logger),
  });
  await DBOS.launch();
  await DBOS.registerQueue(queueName, { minPollingIntervalMs: queuePollMs });
  const stopping = new AbortController();
  const converging = convergence(parts, logger);
  const judging = alerting(parts, logger);
  const telling = delivering(parts, logger);
  const live = takeOver(parts);
  const lookAtSchedules = scheduler({
    database: parts.database,
    worker,
    works: options.schedules ?? [],
    now: () => new Date(parts.clock.now()),
    logger,
  });
  const loops = loopsOf({ signal: stopping.signal, logger, reviveDatabase: options.reviveDatabase });
  const watching = watchdog(parts, {
    pulses: loops.pulses,
    disks: options.disks ?? [],
    isOwnDatabase: options.isOwnDatabase,
    logger,
  });
  const every = (ms: number, work: () => Promise<void>) => async (): Promise<number> => {
    await work();
    return ms;
  };
  loops.start({ name: 'take over', allowedMs: beatMs + stuckMs, work: every(beatMs, live) });
  loops.start({
    name: 'queue',
    allowedMs: takeQueuedMs + stuckMs,
    work: every(takeQueuedMs, () => takeQueued(parts)),
  });
  loops.start({ name: 'watchdog', allowedMs: watchMs + stuckMs, work: every(watchMs, watching.look) });
  loops.start({ name: 'cancel', allowedMs: stuckMs, work: every(cancelMs, () => stopCancelled(parts)) });
  loops.start({
    name: 'converge',
    allowedMs: convergeMs.calm + stuckMs,
    work: async () => ((await converging.runOnce(stopping.signal)) ? convergeMs.calm : convergeMs.busy),
  });
  loops.start({ name: 'alerts', allowedMs: alertsMs, work: () => judging.runOnce(stopping.signal) });
  loops.start({ name: 'notify', allowedMs: stuckMs, work: () => telling.runOnce(stopping.signal) });
  loops.start({
    name: 'schedules',
    allowedMs: scheduledMs,
    work: every(schedulesMs, () => lookAtSchedules(stopping.signal)),
  });
  loops.start({ name: 'track', allowedMs: trackedMs, work: () => options.tracking.runOnce(stopping.signal) });
  for (const background of options.background ?? []) {
    const { name, allowedMs, everyMs } = background;
    loops.start({ name, allowedMs, work: every(everyMs, () => background.run(stopping.signal)) });
  }
  async function end(): Promise<void> {
    stopping.abort();
    await parts.work.stopAll(stopWithinMs);
    await loops.ended();
    watching.stop();
    const settled = Promise.all([converging.settled(), telling.settled(), options.tracking.settled()]);
    await Promise.race([settled, delay(stopWithinMs, undefined, { ref: false })]);
    await DBOS.shutdown();
    await removeWorker(db, worker.id);
    await pool.end();
  }
  let ended: Promise<void> | null = null;
  return {
    convergence: converging,
    health: watching.health,
    alerts: judging,
    // It waits in no queue, and goes on when whoever asked has left.
    async startRollback(input, signal) {
      const { host } = await findEnvironment(db, input.integration, input.environment);
      if (host !== null && !isHere(parts, host))
        return await rollbackElsewhere(parts, { input, host }, signal);
      const handle = await DBOS.startWorkflow(rollback, { workflowID: input.holder })(input);
      return await Promise.race([handle.getResult(), rejectionOf(signal)]);
    },
    beginQueued() {
      takeQueued(parts).catch((error: unknown) => logger.debug({ error: String(error) }, 'queue'));
    },
    async drain() {
      const drained = parts.work.drain();
      await handBack(parts);
      await Promise.race([
        drained,
        delay(drainDeadlineMs, undefined, { signal: stopping.signal, ref: false }),
      ]);
    },
    stop: () => (ended ??= end()),
  };
}

/** Wherever a cancel was asked for, it reaches the step in flight here. */
async function stopCancelled({ database, work }: EngineParts): Promise<void> {
  const runs = work.runs();
  if (runs.length === 0) return;
  for (const { run, reason } of await cancelsOf(database.db, runs)) work.cancel(run, reason);
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** The engine logs every failing step with its stack; a step of ours records its failure itself. */
function quiet(logger: Logger) {
  const pass = (level: 'debug' | 'warn') => (entry: unknown) =>
    logger[level]({ engine: String(entry) }, 'engine');
  return { info: pass('debug'), debug: pass('debug'), warn: pass('warn'), error: pass('warn') };
}
