import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What the checklist is made of: evidence that no run left, and waivers. */
export const checklist: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  // Evidence is of a stage of a run, or of an integration's environment as it was looked at. Rows that are there are of
  // runs, all of them: they need not be read for that.
  `alter table app.evidence add column integration text`,
  `alter table app.evidence alter column run drop not null`,
  `alter table app.evidence alter column stage drop not null`,
  `alter table app.evidence add constraint evidence_subject check (
     (run is null) = (stage is null) and (run is null) <> (integration is null)) not valid`,
  `drop index app.evidence_run`,
  `create index evidence_run on app.evidence (run, stage, at desc) where run is not null`,
  `create index evidence_seen on app.evidence (integration, environment, kind, at desc) where run is null`,
  `create index evidence_release on app.evidence (release, kind, at desc)`,
  `create index evidence_page on app.evidence (release, at desc, digest desc) where release is not null`,
  `create index run_release on app.run (release, number desc) where release is not null`,
  `create index deployment_release on app.deployment (release, created_at desc)`,
  // Environments are looked at every hour: observations, and nothing else, may go, by pruning.
  `create function app.refuse_unless_pruning_observations() returns trigger language plpgsql as $$
     begin
       if current_setting('deployer.pruning', true) = 'on' then
         if tg_level = 'STATEMENT' then return null; end if;
         if old.kind = 'observation' then return old; end if;
       end if;
       raise exception 'rows of app.% are never changed or removed', tg_table_name;
     end $$`,
  `drop trigger immutable on app.evidence`,
  `create trigger immutable before update or truncate on app.evidence
     for each statement execute function app.refuse_change()`,
  `create trigger pruned before delete on app.evidence
     for each statement execute function app.refuse_unless_pruning_observations()`,
  `create trigger pruned_row before delete on app.evidence
     for each row execute function app.refuse_unless_pruning_observations()`,
  // `environment` null: a gate before any environment. `run` null: an item, whatever run its release is in.
  `create table app.waiver (
     id bigint generated always as identity primary key, integration text not null, release text not null,
     environment text, subject text not null, run text, owner text not null, reason text not null,
     until timestamptz not null, identity text not null, proven boolean not null, at timestamptz not null)`,
  `create index waiver_release on app.waiver (release, id)`,
  `create trigger immutable before update or delete or truncate on app.waiver
     for each statement execute function app.refuse_change()`,
];
