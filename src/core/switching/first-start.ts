import type { Observation } from '../places/target.ts';

/**
 * Whether all that is not ready is in its first life, as workers are that a switch has just handed over to: its
 * supervisor ends that life when the time to become ready is over, so it is no trouble until then. One that stands
 * still waits for its turn.
 */
export function isFirstStart({ state, components }: Pick<Observation, 'state' | 'components'>): boolean {
  if (state !== 'degraded') return false;
  const unready = components.flatMap(({ replicas }) =>
    replicas.filter((replica) => replica.state !== 'ready'),
  );
  const isStanding = (replica: (typeof unready)[number]): boolean => replica.state === 'stopped';
  const isNew = (replica: (typeof unready)[number]): boolean =>
    replica.state === 'starting' && replica.restarts === 0;
  return unready.length > 0 && unready.every((replica) => isNew(replica) || isStanding(replica));
}
