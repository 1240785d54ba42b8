import type { EdgeObservation, Edges } from '../core/switching/edge.ts';
import { routedDeployments } from '../core/switching/route-table.ts';
import type { CandidateFacts, StepContext } from '../core/pipeline/step.ts';
import {
  advanceWindow,
  openWindow,
  trafficIn,
  type TrafficWindow,
  type WindowTraffic,
} from '../core/verdicts/traffic-window.ts';
import { DeployerError } from '../errors.ts';
import { memoryOf, windowFrom } from './watch-memory.ts';

/** What an edge counts of one deployment from when the watch began. */
export interface WatchedTraffic {
  /** `silent`: the edge could not be asked, so nothing has changed. `diverted`: it sends nobody there any more. */
  read(): Promise<'counted' | 'silent' | 'diverted'>;
  readonly traffic: WindowTraffic;
}

/** Goes on where an interrupted watch was. */
export async function watchTraffic(
  context: StepContext,
  edges: Pick<Edges, 'observe'>,
  candidate: CandidateFacts,
): Promise<WatchedTraffic> {
  let window = windowFrom(await context.recall());

  async function turnTo(next: TrafficWindow): Promise<void> {
    const isNew = window === null || window.earlier !== next.earlier || window.from !== next.from;
    window = next;
    if (isNew) await context.remember(memoryOf(next));
  }

  return {
    read: async () => {
      const observation = await observe(context, edges, candidate);
      if (observation === null) return 'silent';
      if (!routedDeployments(observation.table).has(candidate.deployment)) return 'diverted';
      const reading = observation.deployments[candidate.deployment] ?? null;
      await turnTo(window === null ? openWindow(reading) : advanceWindow(window, reading));
      return 'counted';
    },
    get traffic() {
      return trafficIn(window ?? openWindow(null));
    },
  };
}

/** An edge that does not answer is no verdict on the deployment behind it. */
async function observe(
  { signal, log }: StepContext,
  edges: Pick<Edges, 'observe'>,
  { integration, environment }: CandidateFacts,
): Promise<EdgeObservation | null> {
  try {
    return await edges.observe({ integration, environment }, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof DeployerError)) throw error;
    log(`the edge could not be asked: ${error.message}`);
    return null;
  }
}
