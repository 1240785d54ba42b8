import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Logger } from 'pino';

import { createPool } from '../store/pool.ts';
import { removeAllWorkers, removeWorker } from '../store/workers.ts';
import { stopGoing } from './abortable.ts';
import { type Convergence, convergence } from './converge.ts';
import { pipelineName, queueName, rollbackName } from './messages.ts';
import type { EngineParts } from './parts.ts';
import { pipeline } from './pipeline.ts';
import { rollbackWorkflow } from './rollback-workflow.ts';
import { takeOver } from './take-over.ts';

export interface EngineOptions {
  readonly connectionString: string;
  /** True: the database belongs to this server alone, so whatever was in flight is an orphan. */
  readonly isOwnDatabase: boolean;
  readonly logger: Logger;
}

export interface Engine {
  readonly convergence: Convergence;
  /** Ends without waiting for stages in flight: they are recorded nowhere, and the next server does them again. */
  stop(): Promise<void>;
}

/** Constant: runs in flight survive an upgrade, because the names of workflows carry their version. */
const applicationVersion = 'deployer-engine-1';
const beatMs = 5000;
/** The longest that a run waits to begin; looking ten times as often costs an idle server two percent of a core. */
const queuePollMs = 1000;
const convergeMs = 2000;

/** Starts the durable engine in this process: registers the workflows, takes over what was in flight, and converges. */
export async function startEngine(parts: EngineParts, options: EngineOptions): Promise<Engine> {
  const { logger } = options;
  const worker = `${hostname()}-${randomUUID()}`;
  const { db } = parts.database;
  const pool = createPool({ connectionString: options.connectionString, max: 15 });
  const retryForever = { maxRecoveryAttempts: 1_000_000 };
  DBOS.registerWorkflow(pipeline(parts), { name: pipelineName, ...retryForever });
  DBOS.registerWorkflow(rollbackWorkflow(parts), { name: rollbackName, ...retryForever });
  if (options.isOwnDatabase) await removeAllWorkers(db);
  DBOS.setConfig({
    name: 'deployer',
    systemDatabaseUrl: options.connectionString,
    systemDatabasePool: pool,
    applicationVersion,
    executorID: worker,
    logger: quiet(logger),
  });
  await DBOS.launch();
  await DBOS.registerQueue(queueName, { minPollingIntervalMs: queuePollMs });
  const stopping = new AbortController();
  const converging = convergence(parts, logger);
  const loops = [
    repeat('take over', beatMs, takeOver(db, worker), { signal: stopping.signal, logger }),
    repeat('converge', convergeMs, () => converging.runOnce(stopping.signal), {
      signal: stopping.signal,
      logger,
    }),
  ];
  async function end(): Promise<void> {
    stopping.abort();
    stopGoing();
    await Promise.all(loops);
    await removeWorker(db, worker);
    await DBOS.shutdown();
    await pool.end();
  }
  let ended: Promise<void> | null = null;
  return { convergence: converging, stop: () => (ended ??= end()) };
}

interface LoopOptions {
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

async function repeat(
  name: string,
  everyMs: number,
  work: () => Promise<void>,
  { signal, logger }: LoopOptions,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) logger.warn({ loop: name, error }, 'a background loop failed and goes on');
    }
    await delay(everyMs, undefined, { signal }).catch(() => {
      // Aborted: the loop's condition ends it.
    });
  }
}

/** The engine logs every failing step with its stack; a step of ours records its failure itself. */
function quiet(logger: Logger) {
  const pass = (level: 'debug' | 'warn') => (entry: unknown) =>
    logger[level]({ engine: String(entry) }, 'engine');
  return { info: pass('debug'), debug: pass('debug'), warn: pass('warn'), error: pass('warn') };
}
