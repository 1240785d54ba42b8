import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { migrateSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database';
import { GlobalLogger } from '@dbos-inc/dbos-sdk/internal/telemetry/logs';
import type { Logger } from 'pino';

import { isConnectionLost } from '../store/connection-lost.ts';
import { createPool } from '../store/pool.ts';
import { removeAllWorkers, removeWorker } from '../store/workers.ts';
import type { StartRollback } from './acts/rollback.ts';
import { type Convergence, convergence } from './convergence/converge.ts';
import { pipelineName, queueName, rollbackName } from './messages.ts';
import type { EngineParts } from './parts.ts';
import { pipeline } from './pipeline.ts';
import { rollbackWorkflow } from './rollback-workflow.ts';
import { type ScheduledWork, scheduler } from './schedules.ts';
import { takeOver } from './take-over.ts';
import type { Tracking } from './tracking/tracking.ts';

export interface EngineOptions {
  readonly connectionString: string;
  /** True: the database belongs to this server alone, so whatever was in flight is an orphan. */
  readonly isOwnDatabase: boolean;
  /** Brings the database back when it cannot be reached; null when it is somebody else's to mend. */
  readonly reviveDatabase: (() => Promise<void>) | null;
  readonly tracking: Pick<Tracking, 'runOnce' | 'settled'>;
  readonly logger: Logger;
  /** What is started by the clock. @default nothing */
  readonly schedules?: readonly ScheduledWork[];
}

export interface Engine {
  readonly convergence: Convergence;
  readonly startRollback: StartRollback;
  /** Resolves between two steps of every run, for at most `drainDeadlineMs`; none begins from then on. */
  drain(): Promise<void>;
  /** Ends without waiting for stages in flight: they are recorded nowhere, and the next server does them again. */
  stop(): Promise<void>;
}

/** Constant: runs in flight survive an upgrade, because the names of workflows carry their version. */
const applicationVersion = 'deployer-engine-1';
const beatMs = 5000;
/** The longest that a run waits to begin; looking ten times as often costs an idle server two percent of a core. */
const queuePollMs = 1000;
const convergeMs = { busy: 2000, calm: 5000 };
/** A schedule says minutes, so nobody waits for the second. */
const schedulesMs = 15_000;
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
  const worker = `${hostname()}-${randomUUID()}`;
  const { db } = parts.database;
  const pool = createPool({ connectionString: options.connectionString, max: 15 });
  const retryForever = { maxRecoveryAttempts: 1_000_000 };
  DBOS.registerWorkflow(pipeline(parts), { name: pipelineName, ...retryForever });
  const rollback = DBOS.registerWorkflow(rollbackWorkflow(parts), { name: rollbackName, ...retryForever });
  if (options.isOwnDatabase) await removeAllWorkers(db);
  DBOS.setConfig({
    name: 'deployer',
    systemDatabaseUrl: options.connectionString,
    systemDatabasePool: pool,
    applicationVersion,
    executorID: worker,
    notificationCoalesceMs: unusedPollMs,
    schedulerPollingIntervalMs: unusedPollMs,
    logger: quiet(logger),
  });
  await DBOS.launch();
  await DBOS.registerQueue(queueName, { minPollingIntervalMs: queuePollMs });
  const stopping = new AbortController();
  const converging = convergence(parts, logger);
  const live = takeOver(db, worker);
  const lookAtSchedules = scheduler({
    database: parts.database,
    worker,
    works: options.schedules ?? [],
    now: () => new Date(parts.clock.now()),
    logger,
  });
  const loop: LoopOptions = { signal: stopping.signal, logger, reviveDatabase: options.reviveDatabase };
  const loops = [
    repeat('take over', loop, async () => {
      await live();
      return beatMs;
    }),
    repeat('converge', loop, async () =>
      (await converging.runOnce(stopping.signal)) ? convergeMs.calm : convergeMs.busy,
    ),
    repeat('schedules', loop, async () => {
      await lookAtSchedules(stopping.signal);
      return schedulesMs;
    }),
    repeat('track', loop, () => options.tracking.runOnce(stopping.signal)),
  ];
  async function end(): Promise<void> {
    stopping.abort();
    await parts.work.stopAll(stopWithinMs);
    await Promise.all(loops);
    const settled = Promise.all([converging.settled(), options.tracking.settled()]);
    await Promise.race([settled, delay(stopWithinMs, undefined, { ref: false })]);
    await removeWorker(db, worker);
    await DBOS.shutdown();
    await pool.end();
  }
  let ended: Promise<void> | null = null;
  return {
    convergence: converging,
    // It waits in no queue, and goes on when whoever asked has left.
    async startRollback(input, signal) {
      const handle = await DBOS.startWorkflow(rollback, { workflowID: input.holder })(input);
      return await Promise.race([handle.getResult(), rejectionOf(signal)]);
    },
    drain: () =>
      Promise.race([
        parts.work.drain(),
        delay(drainDeadlineMs, undefined, { signal: stopping.signal, ref: false }),
      ]),
    stop: () => (ended ??= end()),
  };
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

interface LoopOptions extends Pick<EngineOptions, 'logger' | 'reviveDatabase'> {
  readonly signal: AbortSignal;
}

const afterFailureMs = 1000;

/** `work` says after how many milliseconds it is to be done again. */
async function repeat(
  name: string,
  { signal, logger, reviveDatabase }: LoopOptions,
  work: () => Promise<number>,
): Promise<void> {
  while (!signal.aborted) {
    let againMs = afterFailureMs;
    try {
      againMs = await work();
    } catch (error) {
      if (!signal.aborted) logger.warn({ loop: name, err: error }, 'a background loop failed and goes on');
      if (isConnectionLost(error)) await reviveDatabase?.().catch(complain);
    }
    await delay(againMs, undefined, { signal }).catch(() => {
      // Aborted: the loop's condition ends it.
    });
  }

  function complain(error: unknown): void {
    logger.error({ err: error }, 'the database could not be brought back; it is tried again');
  }
}

/** The engine logs every failing step with its stack; a step of ours records its failure itself. */
function quiet(logger: Logger) {
  const pass = (level: 'debug' | 'warn') => (entry: unknown) =>
    logger[level]({ engine: String(entry) }, 'engine');
  return { info: pass('debug'), debug: pass('debug'), warn: pass('warn'), error: pass('warn') };
}
