import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Every host has schedules of its own, with their times so far; trackers name a host by its id. */
export const hostSchedules: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `alter table app.schedule drop constraint schedule_pkey`,
  `alter table app.schedule add column host text`,
  `insert into app.schedule (host, name, cron, time_zone, next_at, started_at, ended_at, worker, missed, ok, summary, findings)
     select host.id, name, cron, time_zone, next_at, started_at, ended_at, worker, missed, ok, summary, findings
     from app.schedule, (select id from app.host) as host`,
  `delete from app.schedule where host is null`,
  `alter table app.schedule add primary key (host, name)`,
  // A name of a machine that several homes have says nothing: then the host of the integration's environments counts.
  `update app.tracker set host = coalesce(
     (select host from app.environment as place where place.integration = tracker.integration and host is not null limit 1),
     (select min(id) from app.host where name = tracker.host having count(*) = 1), host)`,
];
