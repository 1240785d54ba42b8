import type { IntegrationDefinition } from '../definition/integration.ts';
import type { Stage } from './plan.ts';

const minuteMs = 60_000;

/** How long a person may take: after that the run fails with "no decision". */
export const decisionDeadlineMs: number = 14 * 24 * 60 * minuteMs;

/** How long requests, streams and sockets of a deployment that left the route table may go on. */
export const drainDeadlineMs: number = 5 * minuteMs;

/**
 * The longest that a stage may take, whatever it does: the time-outs of its own parts added up, and then some. It is
 * the last net; every part has a tighter deadline of its own.
 */
export function stageDeadlineMs(stage: Stage, definition: IntegrationDefinition): number {
  const environment = definition.environments.find(({ name }) => name === stage.environment);
  const startMs = definition.components.reduce((sum, { health }) => sum + health.seconds * 1000, 0);
  const drainMs = definition.components.reduce((sum, { drainMs: own }) => sum + own, 0);
  const { performance } = definition;
  switch (stage.kind) {
    case 'build':
      return (
        5 * minuteMs + definition.components.reduce((sum, { build }) => sum + (build?.timeoutMs ?? 0), 0)
      );
    case 'setup':
      return 5 * minuteMs + (definition.setup?.timeoutMs ?? 0);
    case 'suite':
      return 5 * minuteMs + (definition.suites[stage.suite ?? '']?.timeoutMs ?? 0);
    case 'performance':
      return performance === null
        ? 5 * minuteMs
        : 5 * minuteMs + 4 * performance.load.durationSeconds * 1000 + 4 * performance.load.timeoutMs;
    case 'migrate':
      // Twice: another one may have to end first.
      return 5 * minuteMs + 2 * (definition.migrations?.timeoutMs ?? 0);
    case 'watch':
      return 5 * minuteMs + (environment?.policy.watch?.seconds ?? 0) * 1000;
    case 'residents':
    case 'prepare':
    case 'verify':
    case 'checklist':
    case 'switch':
    case 'rollback-rehearsal':
      return 10 * minuteMs + 2 * startMs + 2 * drainMs;
    case 'checkout':
    case 'package':
    case 'approval':
    case 'uat':
      return 30 * minuteMs;
  }
}
