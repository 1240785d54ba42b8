import { expect } from 'vitest';

import type { Database } from '../../src/store/database.ts';
import type { Traces } from './aftermath.ts';
import type { Kill } from './matrix.ts';
import { type Passage, withoutRepeats } from './passage.ts';

/** From the start of a candidate's supervisor to the end of the watch: what stands there looks at the candidate. */
const judging =
  /^(candidate: (supervisor started|up|preview (decided|told))|(verify|suite|performance|checklist|switch|rollback-rehearsal): |traffic: |rehearsal: |watch: (begun|counting)|supervisor: (record written|component started|ready))/;

/** Whether a run may rightly fail: whoever judges what was killed, or waits for it to get ready, may say no to it. */
export function mayBeJudgedNo({ point, victim, moment }: Kill): boolean {
  if (victim.startsWith('resident'))
    return point.startsWith('supervisor:') || point === 'resident: supervisor started';
  const isOfCandidate = victim === 'supervisor' || victim === 'component' || victim === 'machine';
  return moment === 'before approval' && isOfCandidate && judging.test(point);
}

/** What requests to the candidate came to, where a verdict is about nothing else. */
const figures = /\d+ of [\d,]+ (requests?|answers?) |could not be sent to |instead of /;
const judgedByFigures = ['performance', 'rollback-rehearsal', 'watch'];
/** What is recorded when what a run did is undone. */
const undoing = /^(switch|hold|run ended|migration ended|change resident|resident put back) by /;

/**
 * Expects of a run that failed that it says no to what was killed and to nothing else, that all went as in an
 * undisturbed one until then, and that only what it did in that environment was undone.
 */
export async function expectJudgedNo(
  { db }: Database,
  { run, traces, effects }: Passage,
  expected: Passage,
): Promise<void> {
  const stages = await db
    .selectFrom('app.stage')
    .selectAll()
    .where('run', '=', run)
    .orderBy('index')
    .execute();
  const at = stages.findIndex(({ state }) => state === 'failed');
  const failed = stages[at];
  const candidate = await db
    .selectFrom('app.deployment')
    .select('id')
    .where('run', '=', run)
    .where('environment', '=', 'production')
    .executeTakeFirst();
  const judged = candidate?.id ?? 'store';
  const reason = failed?.reason ?? 'nothing failed';
  expect(failed).toMatchObject({ environment: 'production' });
  const isByFigures = judgedByFigures.includes(failed?.name ?? '') && figures.test(reason);
  if (!isByFigures) expect(reason).toMatch(new RegExp(`\\b${judged}\\b`));

  const { stages: stagesExpected, ...others } = withoutRepeats(expected.traces);
  const seen = withoutRepeats(traces);
  expect(seen.stages.slice(0, at)).toEqual(stagesExpected.slice(0, at));
  expect(seen.stages.slice(at + 1).filter((line) => !line.endsWith(': skipped'))).toEqual([]);
  expect(seen.decisions).toEqual(others.decisions.slice(0, seen.decisions.length));
  expect(seen.deployments).toEqual(others.deployments.slice(0, seen.deployments.length));
  expect(seen.holds).toEqual(failed?.name === 'watch' ? ['production'] : []);
  expect(undoneIn(seen, others).filter((line) => !undoing.test(line))).toEqual([]);
  expect(effects.filter((line) => !expected.effects.includes(line))).toEqual([]);
  expect(effects.length - new Set(effects).size, effects.join(', ')).toBeLessThanOrEqual(1);
}

/** Lines of the audit from the first one on that is another than in an undisturbed run. */
function undoneIn({ audit }: Pick<Traces, 'audit'>, expected: Pick<Traces, 'audit'>): readonly string[] {
  const first = audit.findIndex((line, at) => line !== expected.audit[at]);
  return first < 0 ? [] : audit.slice(first);
}
