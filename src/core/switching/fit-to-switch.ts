import type { ComponentObservation, Observation } from '../places/target.ts';

/** Why users are not sent to a candidate. */
export interface Unfit {
  /** To follow the candidate's name: `is degraded: …`. */
  readonly says: string;
  /** The component that its logs tell of; null: no single one. */
  readonly component: string | null;
}

/**
 * Looked at right before the switch: what was ready when it was prepared need not be so any more. A program that ends
 * after it was ready once would do so before its users as well, even if it is back by now. Null: nothing is wrong.
 */
export function unfitToSwitch({ state, reason, components }: Observation): Unfit | null {
  const crashed = components.find(({ replicas }) => replicas.some(({ crashes }) => crashes > 0)) ?? null;
  if (state !== 'ready') {
    const isBroken = ({ replicas }: ComponentObservation): boolean =>
      replicas.some((replica) => replica.reason !== null && replica.state !== 'stopped');
    const broken = crashed ?? components.find(isBroken);
    return {
      says: `is ${state}${reason === null ? '' : `: ${reason.replace(/\.$/, '')}`}`,
      component: broken?.name ?? null,
    };
  }
  if (crashed === null) return null;
  return {
    says: `is not to be trusted: ${crashed.name} ended after it had been ready, and was started again`,
    component: crashed.name,
  };
}

/**
 * Whether users who go back to it are answered: of each component that runs at least one replica is ready. Less is
 * asked than of a candidate, as what they come from is worse. Workers that nobody has started yet do not count.
 */
export function answersUsers({ components }: Observation): boolean {
  const running = components.filter(({ replicas }) => replicas.some(({ state }) => state !== 'stopped'));
  return (
    running.length > 0 && running.every(({ replicas }) => replicas.some(({ state }) => state === 'ready'))
  );
}

/** In a sentence, that nobody would answer users who went back to it; null: they are answered, or nobody could look. */
export function downText(deployment: string, observation: Observation): string | null {
  if (observation.isUnseen === true || answersUsers(observation)) return null;
  const { state, reason } = observation;
  return `${deployment} is down${reason === null ? ` (${state})` : `: ${reason.replace(/\.$/, '')}`}`;
}
