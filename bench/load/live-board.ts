/**
 * What is live, shared between the driver and its load threads, so that every answer can be judged: a request that
 * began and ended within one epoch, outside any change, must be answered by the deployment that was live.
 */
export interface LiveBoard {
  readonly shared: Int32Array;
}

const slots = { epoch: 0, live: 1, isChanging: 2, isOver: 3, requests: 4 } as const;

export function liveBoard(): LiveBoard {
  return { shared: new Int32Array(new SharedArrayBuffer(5 * Int32Array.BYTES_PER_ELEMENT)) };
}

/** From now on either side may answer. */
export function beginChange({ shared }: LiveBoard): void {
  Atomics.add(shared, slots.epoch, 1);
  Atomics.store(shared, slots.isChanging, 1);
}

/** From now on only this deployment may answer what begins. */
export function endChange({ shared }: LiveBoard, deployment: number): void {
  Atomics.store(shared, slots.live, deployment);
  Atomics.store(shared, slots.isChanging, 0);
}

export function countRequest({ shared }: LiveBoard): void {
  Atomics.add(shared, slots.requests, 1);
}

/** Requests of all threads so far. */
export function requestsSoFar({ shared }: LiveBoard): number {
  return Atomics.load(shared, slots.requests);
}

export function endLoad({ shared }: LiveBoard): void {
  Atomics.store(shared, slots.isOver, 1);
}

export function isOver({ shared }: LiveBoard): boolean {
  return Atomics.load(shared, slots.isOver) === 1;
}

/** Null while a change goes on. */
export function expectation({ shared }: LiveBoard): { readonly epoch: number; readonly live: number } | null {
  const epoch = Atomics.load(shared, slots.epoch);
  if (Atomics.load(shared, slots.isChanging) === 1) return null;
  return { epoch, live: Atomics.load(shared, slots.live) };
}
