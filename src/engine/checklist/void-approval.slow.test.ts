import { expect, test } from 'vitest';

import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { until } from '../../../test/harness/until.ts';
import { cellAt } from '../../core/checklist/cells.ts';
import type { Cell } from '../../core/checklist/checklist.ts';
import { passed } from '../../core/verdicts/verdict.ts';
import { releaseById } from '../../store/releases.ts';
import { findRun } from '../../store/runs.ts';
import { cancel } from '../acts/cancel.ts';
import { checklistFacts } from './checklist-facts.ts';

const stage = await engineStageOfThisFile();
const { parts } = stage.bed;
const ops = 'ops@example.com';
const approval = { count: 1, approvers: [ops] };

/** Approval in the checklist of what a run ships. */
async function approvalCell(run: string, integration: string): Promise<Cell> {
  const { release } = await findRun(parts.database.db, run);
  const row = await releaseById(parts.database.db, release ?? '');
  const [facts] = await checklistFacts(parts, { integration, release: row });
  if (facts === undefined) throw new Error('there is no environment');
  return cellAt('approval', facts);
}

test.each([
  { what: 'something else is live', policies: {}, changed: 'what is live' },
  {
    what: 'something else is live, which brought another policy',
    policies: { production: { approval: { count: 1, approvers: [ops, 'lead@example.com'] } } },
    changed: 'the policy in force and what is live',
  },
])(
  'an approval that is void since $what is not done in the checklist of what it was given for',
  async ({ policies, changed }) => {
    const scene = stage.scene([{ name: 'production', policy: { approval } }]);
    const first = await scene.ship({ policies });
    const finish = Promise.withResolvers<void>();
    scene.work.set('verify', async () => {
      await finish.promise;
      return passed('verified');
    });
    await scene.untilWaiting(first.id, 'approval');
    await scene.approve(first.id);
    await until('the first to hold production', async () =>
      (await scene.holder('production')) === first.id ? true : null,
    );
    const second = await scene.ship();
    await scene.untilWaiting(second.id, 'approval');
    await scene.approve(second.id);
    await scene.untilWaiting(second.id, 'capacity');
    expect(await approvalCell(second.id, scene.key)).toMatchObject({ status: 'done', by: ops });
    // It ends before it is asked again, so that what was approved stands at its stage as it was.
    const order = {
      run: second.id,
      cause: 'cancel' as const,
      reason: 'later',
      by: { identity: ops, proven: false },
    };
    await cancel(parts, order, AbortSignal.timeout(60_000));
    finish.resolve();
    await scene.untilState(first.id, 'succeeded');
    expect(await scene.stages(second.id)).toContain('approval passed');
    expect(await approvalCell(second.id, scene.key)).toMatchObject({
      status: 'pending',
      reason: `the approval of ${ops} is void: ${changed} changed since`,
    });
    // What is live was approved for the place and by the policy that it found, whatever it changed itself.
    expect(await approvalCell(first.id, scene.key)).toMatchObject({ status: 'done', by: ops });
  },
);
