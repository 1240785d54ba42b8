import { setTimeout as delay } from 'node:timers/promises';

import type { Health } from '../../../core/definition/integration.ts';
import type { Address } from '../runtime.ts';
import { type Finding, type HealthCheck, runCheck } from './readiness.ts';

/** Time between checks while all is well, and after one that failed. */
const calmMs = 5000;
const doubtMs = 1000;
const liveFailuresUntilRestart = 3;
const readyFailuresUntilUnready = 2;

export interface WatchHealthOptions {
  readonly health: Health;
  /** Where it listens; null when it does not. */
  readonly address: Address | null;
  readonly signal: AbortSignal;
  /** Told when a ready replica is not ready any more (why), and when it is again (null). */
  readonly onReady: (finding: Finding) => void;
}

/** Goes on checking a replica that became ready. Resolves with the reason when its live check failed three times. */
export function watchHealth(options: WatchHealthOptions): Promise<string> {
  const { health, address } = options;
  const never = new Promise<string>(() => undefined);
  if (address === null) return never;
  const { live, ready } = health;
  return Promise.race([
    never,
    ...(live === null ? [] : [watchLive({ kind: 'http', ...address, path: live } as const, options.signal)]),
    ...(ready === null ? [] : [watchReady({ kind: 'http', ...address, path: ready } as const, options)]),
  ]);
}

type PathCheck = Extract<HealthCheck, { readonly kind: 'http' }>;

async function watchLive(check: PathCheck, signal: AbortSignal): Promise<string> {
  for (let failures = 0; ;) {
    await delay(failures === 0 ? calmMs : doubtMs, undefined, { signal });
    const finding = await runCheck(check, signal);
    failures = finding === null ? 0 : failures + 1;
    if (failures >= liveFailuresUntilRestart) return `its live check failed ${failures} times: ${finding}`;
  }
}

async function watchReady(check: PathCheck, { signal, onReady }: WatchHealthOptions): Promise<never> {
  for (let failures = 0; ;) {
    await delay(failures === 0 ? calmMs : doubtMs, undefined, { signal });
    const finding = await runCheck(check, signal);
    failures = finding === null ? 0 : failures + 1;
    if (finding === null || failures >= readyFailuresUntilUnready) onReady(finding);
  }
}
