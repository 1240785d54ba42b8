import type { DeploymentRef, Observation } from '../core/places/target.ts';

/** What sees a recorded deployment at its place. */
export interface Observer {
  observe(deployment: DeploymentRef, signal: AbortSignal): Promise<Observation>;
}
