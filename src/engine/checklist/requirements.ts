import { requiredItems } from '../../core/checklist/required.ts';
import type { Requirements } from '../../core/checklist/requirements.ts';
import { candidateOf } from '../../store/deployments.ts';
import { findRun } from '../../store/runs.ts';
import type { Places } from '../parts.ts';
import { judgingAt } from '../pipeline/policy-in-force.ts';
import { factsBeforeSwitch } from './checklist-facts.ts';

export function requirements(places: Places): Requirements {
  return {
    async of({ run: id, environment }, signal) {
      signal.throwIfAborted();
      const { db } = places.database;
      const run = await findRun(db, id);
      const candidate = await candidateOf(db, id, environment);
      if (candidate === null) throw new Error(`run ${id} has no candidate in ${environment}`);
      const { policy } = await judgingAt(db, run, { kind: 'checklist', environment });
      return requiredItems(await factsBeforeSwitch(places, run, { candidate, policy }, signal));
    },
  };
}
