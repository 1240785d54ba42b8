import { randomUUID } from 'node:crypto';
import { DBOSClient } from '@dbos-inc/dbos-sdk';
import type pg from 'pg';

import type { EdgeRef } from '../core/switching/edge.ts';
import { queueOf } from '../core/workers/host.ts';
import type { PipelineInput, RollbackInput, RollbackOutcome } from './workflow-inputs.ts';

/** Names of workflows carry the version of the code that interprets them; an old one stays until no run needs it. */
export const pipelineName = 'pipeline@1';
export const rollbackName = 'rollback@1';
/** What this version can interpret. */
export const knownWorkflows: readonly string[] = [pipelineName, rollbackName];
/** The one topic that a workflow listens on. A message says "look again"; what happened stands in the tables. */
export const wakeTopic = 'wake';

/** Starting and waking workflows, in the transaction of the act that causes it. */
export interface Messages {
  startPipeline(client: pg.PoolClient, start: PipelineStart): Promise<void>;
  /** Asks a worker of another host for a rollback; it takes it up within moments, or not at all. */
  startRollback(input: RollbackInput, host: string): Promise<void>;
  rollbackState(holder: string): Promise<RollbackState>;
  wake(client: pg.PoolClient, workflow: string): Promise<void>;
  /** Removes all that the engine has of workflows that have ended; all of these or, cut off, of none. */
  forget(workflows: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** How a rollback stands that was asked for at another host. */
export type RollbackState =
  | { readonly kind: 'queued' }
  | { readonly kind: 'going' }
  | { readonly kind: 'ended'; readonly outcome: RollbackOutcome };

export interface PipelineStart {
  readonly workflow: string;
  readonly input: PipelineInput;
  /** Whose workers are to run it. */
  readonly host: string;
}

export async function openMessages(connectionString: string, pool: pg.Pool): Promise<Messages> {
  const client = await DBOSClient.create({
    systemDatabaseUrl: connectionString,
    systemDatabasePool: pool,
    applicationName: 'deployer',
  });
  const to = (workflowName: string, workflowID: string, host: string) => ({
    workflowName,
    workflowID,
    queueName: queueOf(host),
  });
  return {
    async startPipeline(connection, { workflow, input, host }) {
      await client.enqueueInTransaction(connection, to(pipelineName, workflow, host), input);
    },
    async startRollback(input, host) {
      await client.enqueue(to(rollbackName, input.holder, host), input);
    },
    async rollbackState(holder) {
      const handle = client.retrieveWorkflow<RollbackOutcome>(holder);
      const state = (await handle.getStatus())?.status;
      if (state === 'ENQUEUED') return { kind: 'queued' };
      if (state === 'PENDING') return { kind: 'going' };
      return { kind: 'ended', outcome: await handle.getResult() };
    },
    wake: (connection, workflow) => client.sendInTransaction(connection, workflow, {}, wakeTopic),
    forget: (workflows) => client.deleteWorkflows([...workflows]),
    close: () => client.destroy(),
  };
}

/** A run's workflow; every retry is one of its own. */
export function workflowOf(run: string, attempt: number): string {
  return `${run}/${attempt}`;
}

export function runOfWorkflow(workflow: string): string {
  return workflow.replace(/\/\d+$/, '');
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
