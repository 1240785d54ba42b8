import { dateOf } from '../../core/clock.ts';
import { stageDeadlineMs } from '../../core/pipeline/durations.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import type { ResidentChange, ResidentRequest, Residents } from '../../core/residents/change-residents.ts';
import { residentUrl } from '../../core/residents/resident.ts';
import type { ResidentPreparation } from '../../core/places/target.ts';
import { reach } from '../../lib/named-point.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import { findResident, type ResidentRow, setNext, settleNext } from '../../store/residents.ts';
import { findRun, type RunRow } from '../../store/runs.ts';
import type { Places } from '../parts.ts';
import { usablePinsOf } from '../pipeline/pins.ts';
import { refuseHeld, releaseOfRun } from '../subjects.ts';
import { putBackAll } from './put-back.ts';
import { auditResident } from './resident-audit.ts';
import { begunBy, recordResidents } from './resident-records.ts';
import { residentTarget } from './resident-target.ts';
import { runAlone } from './run-alone.ts';
import { isAsWanted, wantedResidents } from './wanted-residents.ts';

/**
 * Changes the residents of an environment to what a run brings, all of them or none. What is decided stands in the
 * database: `current` until every one is ready, and `next` meanwhile. Whatever cuts it off, the run does it again or
 * undoes it; what it has left, convergence brings back to `current`.
 */
export function residents(places: Places): Residents {
  return {
    async change({ run: { id }, environment, begins, log }, signal) {
      const { db } = places.database;
      const run = await findRun(db, id);
      const ref: EdgeRef = { integration: run.integration, environment };
      const release = await releaseOfRun(db, run);
      await refuseHeld(db, release, [environment]);
      await usablePinsOf({ db, secrets: places.secrets }, run, environment);
      const alone = { run: id, ref, withinMs: withinMs(run, environment), log };
      return await runAlone(places, alone, signal, async (whileLocked) => {
        await recordResidents(places, ref, { release, signal: whileLocked });
        const decided = { db, secrets: places.secrets, nodeFolder: places.nodeFolder };
        const wanted = await wantedResidents(decided, { run, release, environment });
        try {
          const changes: ResidentChange[] = [];
          for (const each of wanted)
            changes.push(await changeOne(places, { wanted: each, run, begins, log }, whileLocked));
          await settleAll(places, ref, id);
          await reach('resident: settled', environment);
          return changes;
        } catch (error) {
          // Without a lock, or a database, nothing is undone here: the end of the run does it, or convergence.
          if (whileLocked.aborted || isDatabaseAway(error)) throw error;
          const stuck = await putBackAll(
            places,
            ref,
            { run: id, reason: 'the stage failed', log },
            whileLocked,
          );
          for (const line of stuck) log(line);
          throw error;
        }
      });
    },
  };
}

/** How long the stage may take. */
function withinMs({ plan, definition }: RunRow, environment: string): number {
  const stage = plan.stages.find((each) => each.kind === 'residents' && each.environment === environment);
  if (stage === undefined) throw new Error(`no residents in ${environment}`);
  return stageDeadlineMs(stage, definition);
}

async function changeOne(
  places: Places,
  {
    wanted,
    run,
    begins,
    log,
  }: Pick<ResidentRequest, 'begins' | 'log'> & { readonly wanted: ResidentPreparation; readonly run: RunRow },
  signal: AbortSignal,
): Promise<ResidentChange> {
  const [component] = wanted.components;
  const row = await findResident(places.database.db, wanted, component.name);
  if (row === null) throw new Error(`${wanted.deployment} has no record`);
  const { port } = wanted.resident;
  const about = {
    component: component.name,
    url: port === null ? null : residentUrl(port),
    artifact: component.artifact,
  };
  const target = residentTarget(places);
  if (row.next === null && row.current !== null && isAsWanted(row.current, wanted)) {
    log(`${component.name} stays as it is`);
    await target.prepare(row.current, signal);
    return { ...about, change: 'unchanged' };
  }
  const change = row.current === null ? 'started' : 'changed';
  await begins(component.name, change);
  log(row.current === null ? `starting ${component.name}` : `changing ${component.name} in place`);
  const next = await decide(places, row, { wanted, run });
  await reach('resident: recorded', wanted.deployment);
  await target.prepare(next, signal);
  await reach('resident: started', wanted.deployment);
  return { ...about, change };
}

/** Written down before anything is done; what the same run wrote before a crash stays. */
async function decide(
  { database }: Places,
  row: ResidentRow,
  { wanted, run }: { readonly wanted: ResidentPreparation; readonly run: RunRow },
): Promise<ResidentPreparation> {
  if (row.next !== null && row.next_run === run.id && isAsWanted(row.next, wanted)) return row.next;
  await database.transaction(async ({ db }) => {
    await setNext(db, row, { next: wanted, run: run.id });
    await auditResident(db, row, {
      action: 'change resident',
      actor: { identity: run.requester, proven: false },
      detail: {
        run: run.id,
        from: row.current?.release ?? null,
        to: wanted.release,
        artifact: wanted.components[0].artifact,
      },
    });
  });
  return wanted;
}

async function settleAll({ database, clock }: Places, ref: EdgeRef, run: string): Promise<void> {
  await database.transaction(async ({ db }) => {
    const now = dateOf(clock);
    // What another run has begun is not this one's to settle.
    for (const row of await begunBy(db, ref, run)) {
      if (row.next === null) continue;
      await settleNext(db, row, now);
      await auditResident(db, row, {
        action: 'resident changed',
        detail: { run, release: row.next.release },
      });
    }
  });
}
