import type { EnvironmentFacts } from '../../core/convergence/convergence.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import { type NoticedRestarts, noteRestarts, restartLoop } from '../../core/convergence/restart-loop.ts';
import type { Said } from './trouble.ts';

/**
 * Notices components that restart again and again, counted over time: at most moments they look well. What has retired
 * is forgotten with the next look.
 */
export function restartWatch(): (ref: EdgeRef, facts: EnvironmentFacts) => readonly Said[] {
  const noticed = new Map<string, ReadonlyMap<string, NoticedRestarts>>();

  return ({ integration, environment }, { deployments, residents, nowMs }) => {
    const place = `${integration}/${environment}`;
    const before = noticed.get(place);
    const after = new Map<string, NoticedRestarts>();
    const said: Said[] = [];
    for (const { deployment, observation } of [...deployments, ...residents]) {
      for (const { name, replicas } of observation.components) {
        for (const { index, restarts } of replicas) {
          const key = `${deployment} ${name} ${index}`;
          const now = noteRestarts(before?.get(key), restarts, nowMs);
          after.set(key, now);
          const loop = restartLoop(now, nowMs);
          if (loop === null) continue;
          const sentence = `${name} of ${deployment} restarts again and again, ${loop} times in the last 10 min`;
          const next = `deployer logs ${environment} ${name} --deployment ${deployment} --integration ${integration}`;
          said.push({ key: `restarts ${key}`, sentence, next });
        }
      }
    }
    noticed.set(place, after);
    return said;
  };
}
