import { expect } from 'vitest';

import type { StageRecord } from '../../src/core/pipeline/run.ts';
import type { Project, Shipped } from './project.ts';

export interface FailedRun extends Shipped {
  /** The stage that ended the run. */
  readonly stage: StageRecord;
  /** What was logged in that stage. */
  readonly log: string;
}

/** Ships HEAD, which must end as failed. */
export async function shipToFailure(project: Project): Promise<FailedRun> {
  const shipped = await project.ship();
  expect(shipped.result).toMatchObject({ state: 'failed' });
  expect(shipped.code).toBe(1);
  const { stages } = await project.view(shipped.run);
  const stage = stages.find(({ state }) => state === 'failed');
  if (stage === undefined) throw new Error(`no stage of ${shipped.run} failed`);
  const lines = shipped.events.flatMap((event) =>
    event.type === 'log' && event.stage === stage.name && event.environment === stage.environment
      ? [event.line]
      : [],
  );
  return { ...shipped, stage, log: lines.join('\n') };
}
