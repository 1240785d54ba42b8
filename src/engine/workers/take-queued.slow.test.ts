import { wfQueueRunner } from '@dbos-inc/dbos-sdk/internal/wfqueue';
import { afterAll, expect, test } from 'vitest';

import { openEngineStage } from '../../../test/harness/engine-scene.ts';
import { queueOf } from '../../core/workers/host.ts';
import { oldestQueuedMs } from '../../store/workflows.ts';
import { takeQueued } from './take-queued.ts';

const stage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());
const { parts } = stage.bed;

test('what was just shipped begins without the look that the engine takes by itself, and not where a worker ends', async () => {
  wfQueueRunner.stop();
  const scene = stage.scene([{ name: 'dev' }]);
  const { id } = await scene.ship();
  await takeQueued(parts);
  await scene.untilState(id, 'succeeded');

  await parts.work.drain();
  await scene.ship();
  await takeQueued(parts);
  expect(await oldestQueuedMs(parts.database.db, queueOf(parts.worker.host.id))).not.toBeNull();
});
