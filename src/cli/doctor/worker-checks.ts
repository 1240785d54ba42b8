import type { WorkersView, WorkerView } from '../../api/views/workers.ts';
import { startWorkerHint } from '../../core/workers/host.ts';
import { ageOf, agoOf } from '../output/time.ts';
import type { HealthCheck } from '../server-verbs.ts';

/** Every worker of the database, and what the watchdog of the server says. */
export function workerChecks({ workers, health }: WorkersView, now: Date): readonly HealthCheck[] {
  return [
    ...workers.filter(isOfInterest).map((worker) => workerCheck(worker, now)),
    ...health.troubles.map(({ what, since, next }) => ({
      name: 'watchdog',
      ok: false,
      detail: `${what} (${ageOf(since, now)})`,
      hint: next,
    })),
  ];

  /** One that ended without a word matters only until another one does its work. */
  function isOfInterest({ living, host, home }: WorkerView): boolean {
    return living || !workers.some((other) => other.living && other.host === host && other.home === home);
  }
}

function workerCheck(
  { host, home, kind, pid, version, startedAt, beatAt, living, doing }: WorkerView,
  now: Date,
): HealthCheck {
  const name = `${kind} on ${host}`;
  const facts = `process ${pid}, version ${version}, ${home}, since ${startedAt}`;
  if (living) {
    const busy = doing.length === 0 ? 'idle' : doing.join(', ');
    return { name, ok: true, detail: `${busy}; ${facts}, last sign ${agoOf(beatAt, now)}`, hint: null };
  }
  const detail = `no sign of life for ${ageOf(beatAt, now)}; ${facts}`;
  return { name, ok: false, detail, hint: startWorkerHint({ name: host, home }) };
}
