/**
 * The life of a deployment:
 *
 *   preparing -> ready -> live <-> warm -> draining -> retired
 *        \________\________________________________-> failed (it never took traffic, or its run was undone)
 *
 * *live* means that a route rule names it; *warm* that it runs whole beside the live one, ready to take over.
 */
export type DeploymentState = 'preparing' | 'ready' | 'live' | 'warm' | 'draining' | 'retired' | 'failed';

const next: Readonly<Record<DeploymentState, readonly DeploymentState[]>> = {
  preparing: ['ready', 'failed'],
  ready: ['live', 'draining', 'failed'],
  live: ['warm', 'draining'],
  warm: ['live', 'draining'],
  draining: ['retired'],
  retired: [],
  failed: [],
};

export function canBecome(from: DeploymentState, to: DeploymentState): boolean {
  return next[from].includes(to);
}

/** Whether its processes run, or may still run. */
export function occupiesPlace(state: DeploymentState): boolean {
  return state !== 'retired' && state !== 'failed';
}
