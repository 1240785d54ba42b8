import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';

import { openEngineStage } from '../../test/harness/engine-scene.ts';
import { auditPosition, documentCursor, moveDocumentCursor } from '../store/audited-since.ts';
import { beat } from '../store/workers.ts';
import { documentsOfActs } from './documents-of-acts.ts';

const stage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());

test('a worker that looks after its host again goes on from where another one has got to, not from its own place', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  const written: string[] = [];
  const { secrets } = scene.bed.parts;
  const redactor: typeof secrets.redactor = async (integration) => {
    written.push(integration);
    return await secrets.redactor(integration);
  };
  const parts = { ...scene.bed.parts, secrets: { ...secrets, redactor } };
  const { db } = parts.database;
  const { host, id } = parts.worker;
  const signal = AbortSignal.timeout(60_000);
  const convergedBy = (worker: string) =>
    db.updateTable('app.host').set({ converging: worker }).where('id', '=', host.id).execute();
  const acts = documentsOfActs(parts, pino({ level: 'silent' }));
  await scene.untilState((await scene.ship()).id, 'succeeded');
  await convergedBy(id);
  await acts.run(signal);
  expect(written).toContain(scene.key);
  expect(await documentCursor(db, host.id)).toBe(await auditPosition(db));

  const other = { ...parts.worker, id: `${id}-other` };
  await beat(db, other, []);
  await convergedBy(other.id);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  await acts.run(signal);
  // It has got further than to anything that this one would find after its own place.
  const far = String(Number(await auditPosition(db)) + 1000);
  await moveDocumentCursor(db, host.id, far);
  await convergedBy(id);
  written.length = 0;
  await acts.run(signal);
  expect(written).toEqual([]);
});
