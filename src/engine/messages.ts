import { DBOSClient } from '@dbos-inc/dbos-sdk';
import type pg from 'pg';

import type { PipelineInput, RollbackInput } from './workflow-inputs.ts';

/** Names of workflows carry the version of the code that interprets them; an old one stays until no run needs it. */
export const pipelineName = 'pipeline@1';
export const rollbackName = 'rollback@1';
export const queueName = 'deployer';
/** The one topic that a workflow listens on. A message says "look again"; what happened stands in the tables. */
export const wakeTopic = 'wake';

/** Starting and waking workflows, in the transaction of the act that causes it. */
export interface Messages {
  startPipeline(client: pg.PoolClient, workflow: string, input: PipelineInput): Promise<void>;
  startRollback(client: pg.PoolClient, workflow: string, input: RollbackInput): Promise<void>;
  /** Result of a rollback, once it has one. */
  rollbackResult(workflow: string): Promise<unknown>;
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
    async startRollback(connection, workflow, input) {
      await client.enqueueInTransaction(connection, options(rollbackName, workflow), input);
    },
    rollbackResult: (workflow) => client.retrieveWorkflow(workflow).getResult({ pollingIntervalMs: 50 }),
    wake: (connection, workflow) => client.sendInTransaction(connection, workflow, {}, wakeTopic),
    close: () => client.destroy(),
  };
}

/** A run's workflow; every retry is one of its own. */
export function workflowOf(run: string, attempt: number): string {
  return `${run}/${attempt}`;
}
