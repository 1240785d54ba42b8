import type { EnvironmentFacts, Remedy } from '../../core/convergence/convergence.ts';
import { isFirstStart } from '../../core/switching/first-start.ts';
import type { HeldUp } from '../../core/residents/resident-remedies.ts';
import type { Trouble } from '../../core/workers/watchdog.ts';
import { DeployerError, type ErrorCode } from '../../errors.ts';
import { messageOf } from '../../lib/message-of.ts';

/** What people are told of an environment that is not as it was decided. */
export type Said = Omit<Trouble, 'since'>;

/** What Deployer mends by itself, or knows no more about. */
export function said(sentence: string): Said {
  return { key: sentence, sentence, next: null };
}

/** Nothing gets better while another program has a port. */
const portCodes: ReadonlySet<string> = new Set<ErrorCode>(['edge_port_in_use', 'resident_port_in_use']);

export function describeEdge({ edge }: EnvironmentFacts, todo: readonly Remedy[]): readonly string[] {
  const isWaiting = edge?.isOutdated === true && todo.every(({ kind }) => kind !== 'replace-edge');
  return isWaiting
    ? ['the edge is of an older Deployer and can start no workers; it is replaced when nothing is open there']
    : [];
}

export function describe({
  deployment,
  state,
  observation,
}: EnvironmentFacts['deployments'][number]): readonly string[] {
  const shouldServe = state === 'live' || state === 'warm';
  const isWell = observation.state === 'ready' || isFirstStart(observation);
  return shouldServe && !isWell && observation.reason !== null
    ? [`${deployment}: ${observation.reason}`]
    : [];
}

export function describeResident({
  component,
  isDecided,
  changedBy,
  observation,
}: EnvironmentFacts['residents'][number]): readonly string[] {
  const shouldRun = isDecided && changedBy === null && observation.state !== 'absent';
  return shouldRun && observation.state !== 'ready' && observation.reason !== null
    ? [`${component}: ${observation.reason}`]
    : [];
}

export function describeHeldUp({ name, by }: HeldUp): string {
  const verb = by.length === 1 ? 'does' : 'do';
  return `${name} is not started while ${by.join(', ')}, which it needs, ${verb} not run`;
}

/** Why a repair failed, and what a person can do about it. */
export function saidOfFailure(error: unknown): Said {
  const sentence = whyUnseen(error).replace(/\.$/, '');
  // Of all others, the next try may be the one that mends it.
  const isForPeople = error instanceof DeployerError && portCodes.has(error.code);
  const next = isForPeople ? error.hint.replace(/\.$/, '') : null;
  return { key: sentence, sentence, next };
}

export function troubleOf(remedy: Remedy): readonly string[] {
  switch (remedy.kind) {
    case 'start-edge':
      return ['the edge does not run; it is being started'];
    case 'replace-edge':
      return ['the edge is of an older Deployer; it is being replaced'];
    case 'push-routes':
      return ['the edge is behind the decided routes; it is being told'];
    case 'restore':
      return [`${remedy.deployment} has vanished; it is being started again`];
    case 'restart':
      return [`${remedy.deployment} has failed; it is started again from time to time`];
    case 'restore-resident':
      return [`${remedy.component}, which exists once, has vanished; it is being started again`];
    case 'restart-resident':
      return [`${remedy.component}, which exists once, has failed; it is started again from time to time`];
    case 'put-back-resident':
      return [`the change of ${remedy.component} was cut off; what ran before is being put back`];
    case 'start-workers':
    case 'stop-workers':
      return [`the workers of ${remedy.deployment} are being handed over`];
    case 'drain':
    case 'retire':
    case 'discard':
    // Of these it is said what is the matter, not what is done about it.
    case 'overtake':
    case 'retire-unknown':
    case 'settle':
      return [];
  }
}

/** What a place that could not be looked at has said. */
export function whyUnseen(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'It does not answer in time.';
  return messageOf(error);
}
