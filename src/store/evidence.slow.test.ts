import { expect, test } from 'vitest';

import { engineStageOfThisFile } from '../../test/harness/engine-stage-of-file.ts';
import { evidenceByPrefix, saveEvidence } from './evidence.ts';

const stage = await engineStageOfThisFile();
const { db } = stage.bed.parts.database;

test('evidence goes by its digest in its own integration alone, of a run or of what was looked at', async () => {
  const [one, other] = [stage.scene([{ name: 'production' }]), stage.scene([{ name: 'production' }])];
  const { id } = await one.ship();
  await one.untilState(id, 'succeeded');
  const about = { release: null, environment: 'production', deployment: null };
  const body = { reason: 'seen' };
  const ofRun = await saveEvidence(db, { ...about, run: id, stage: 0 }, [{ kind: 'seen', body }]);
  const ofPlace = await saveEvidence(db, { ...about, integration: one.key }, [{ kind: 'seen', body }]);
  for (const digest of [...ofRun, ...ofPlace]) {
    expect(await evidenceByPrefix(db, one.key, digest)).toMatchObject([{ digest, body }]);
    expect(await evidenceByPrefix(db, other.key, digest)).toEqual([]);
  }
});
