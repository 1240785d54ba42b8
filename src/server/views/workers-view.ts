import type { HealthView, WorkersView } from '../../api/views/workers.ts';
import type { Watchdog } from '../../engine/workers/watchdog.ts';
import type { Queries } from '../../store/database.ts';
import { iso } from '../../store/json.ts';
import { knownWorkers } from '../../store/workers.ts';

type Health = ReturnType<Watchdog['health']>;

export function healthView({ live, ready, troubles }: Health): HealthView {
  return {
    live,
    ready,
    troubles: troubles.map(({ sentence, since, next }) => ({ what: sentence, since, next })),
  };
}

export async function workersView(db: Queries, health: Health): Promise<WorkersView> {
  const workers = (await knownWorkers(db)).map((worker) => ({
    host: worker.host_name,
    home: worker.home,
    kind: worker.kind,
    pid: worker.pid,
    version: worker.version,
    startedAt: iso(worker.started_at),
    beatAt: iso(worker.beat),
    living: worker.is_living,
    doing: worker.doing,
  }));
  return { workers, health: healthView(health) };
}
