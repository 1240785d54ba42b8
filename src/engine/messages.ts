import { randomUUID } from 'node:crypto';
import { DBOSClient } from '@dbos-inc/dbos-sdk';
import type pg from 'pg';

import type { EdgeRef } from '../core/edge.ts';
import type { PipelineInput } from './workflow-inputs.ts';

/** Names of workflows carry the version of the code that interprets them; an old one stays until no run needs it. */
export const pipelineName = 'pipeline@1';
export const rollbackName = 'rollback@1';
export const queueName = 'deployer';
/** The one topic that a workflow listens on. A message says "look again"; what happened stands in the tables. */
export const wakeTopic = 'wake';

/** Starting and waking workflows, in the transaction of the act that causes it. */
export interface Messages {
  startPipeline(client: pg.PoolClient, workflow: string, input: PipelineInput): Promise<void>;
  wake(client: pg.PoolClient, workflow: string): Promise<void>;
  close(): Promise<void>;
}

export async function openMessages(connectionString: string, pool: pg.Pool): Promise<Messages> {
  const client = await DBOSClient.create({
    systemDatabaseUrl: connectionString,
    systemDatabasePool: pool,
    applicationName: 'deployer',
  });
  const options = (workflowName: string, workflowID: string) => ({ workflowName, workflowID, queueName });
  return {
    async startPipeline(connection, workflow, input) {
      await client.enqueueInTransaction(connection, options(pipelineName, workflow), input);
    },
    wake: (connection, workflow) => client.sendInTransaction(connection, workflow, {}, wakeTopic),
    close: () => client.destroy(),
  };
}

/** A run's workflow; every retry is one of its own. */
export function workflowOf(run: string, attempt: number): string {
  return `${run}/${attempt}`;
}

const rollbackPrefix = 'rollback/';

/** A new rollback's workflow, which is also its name as the holder of the environment. */
export function newRollback({ integration, environment }: EdgeRef): string {
  return `${rollbackPrefix}${integration}/${environment}/${randomUUID()}`;
}

/** Whether the holder of an environment is a rollback; a run's name has no slash. */
export function isRollback(holder: string): boolean {
  return holder.startsWith(rollbackPrefix);
}
