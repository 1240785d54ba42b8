import type { Context } from '../context.ts';
import { notBuilt } from '../not-built.ts';

export interface DemoOptions {
  /** Ends everything that it started, and returns. */
  readonly isOnce: boolean;
}

/** Shows a release going to production and a bad one coming back, on a home of its own. Resolves with the exit code. */
export function runDemo(_context: Context, _options: DemoOptions): Promise<number> {
  return Promise.reject(notBuilt('demo'));
}
