/** Shortest time between two starts in the place of a worker that died at once. */
const shortestMs = 200;
const longestMs = 5_000;

/**
 * How long after the start of a worker the next one may start in its place. `failures`: starts in a row that came to no
 * worker that serves. What keeps one from starting, e.g. too many processes, is not helped by trying all the time.
 */
export function workerPauseMs(failures: number): number {
  return Math.min(longestMs, shortestMs * 2 ** Math.max(0, failures - 1));
}
