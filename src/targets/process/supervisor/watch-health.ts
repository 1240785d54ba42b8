import { setTimeout as delay } from 'node:timers/promises';

import type { Health } from '../../../core/integration.ts';
import { type Finding, runCheck } from './readiness.ts';

/** Time between checks while all is well, and after one that failed. */
const calmMs = 5000;
const doubtMs = 1000;
const liveFailuresUntilRestart = 3;
const readyFailuresUntilUnready = 2;

export interface WatchHealthOptions {
  readonly health: Health;
  readonly port: number | null;
  readonly signal: AbortSignal;
  /** Told when a ready replica is not ready any more (why), and when it is again (null). */
  readonly onReady: (finding: Finding) => void;
}

/** Goes on checking a replica that became ready. Resolves with the reason when its live check failed three times. */
export function watchHealth(options: WatchHealthOptions): Promise<string> {
  const { health, port } = options;
  const never = new Promise<string>(() => undefined);
  if (port === null) return never;
  const { live, ready } = health;
  return Promise.race([
    never,
    ...(live === null ? [] : [watchLive({ kind: 'http', port, path: live } as const, options.signal)]),
    ...(ready === null ? [] : [watchReady({ kind: 'http', port, path: ready } as const, options)]),
  ]);
}

interface PathCheck {
  readonly kind: 'http';
  readonly port: number;
  readonly path: string;
}

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
