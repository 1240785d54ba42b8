import { Problem } from './problem.ts';

/** A token bucket: `perSecond` on average, bursts up to one second's worth. */
export function createRateLimit(perSecond: number, now: () => number = Date.now): () => void {
  let tokens = perSecond;
  let at = now();

  return function take() {
    tokens = Math.min(perSecond, tokens + ((now() - at) / 1000) * perSecond);
    at = now();
    if (tokens < 1) throw new Problem(429, 'Too many requests');
    tokens -= 1;
  };
}
