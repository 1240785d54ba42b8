import { succeeded } from '../core/pipeline/command-end.ts';
import type { MigrationRecords } from '../core/releases/migration.ts';
import { digestOf } from '../lib/canonical-json.ts';
import { deployerItself, writeAudit } from './audit.ts';
import type { Database } from './database.ts';
import { endMigration, insertMigration, migrationDoneIn, resumeMigration } from './environment-migrations.ts';
import { lockEnvironment } from './environments.ts';
import { withSessionLock } from './session-lock.ts';

/** Migrations for the stage that runs them. */
export function migrationRecords(database: Database): MigrationRecords {
  return {
    locked: ({ integration, environment }, signal, work) =>
      withSessionLock(
        database.locks,
        { name: `deployer migration ${integration}/${environment}` },
        signal,
        work,
      ),

    doneIn: (at, migration) => migrationDoneIn(database.db, at, digestOf(migration)),

    begin: (at, migration) =>
      database.transaction(async ({ db }) => {
        const { integration, environment, run, release, requester } = at;
        const digest = digestOf(migration);
        await lockEnvironment(db, integration, environment);
        const begun = { at, digest, migration };
        const { id } = (await resumeMigration(db, begun)) ?? (await insertMigration(db, begun));
        await writeAudit(db, {
          integration,
          actor: { identity: requester, proven: false },
          action: 'migrate',
          subject: environment,
          detail: { run, release, kind: migration.kind, command: migration.run, migration: digest },
        });
        return id;
      }),

    end: ({ integration, environment, run }, begun, end) =>
      database.transaction(async ({ db }) => {
        const outcome = succeeded(end) ? 'done' : 'failed';
        await endMigration(db, begun, outcome);
        await writeAudit(db, {
          integration,
          actor: deployerItself,
          action: 'migration ended',
          subject: environment,
          detail: {
            run,
            outcome,
            exitCode: end.exitCode,
            timedOut: end.timedOut,
            durationMs: end.durationMs,
          },
        });
      }),
  };
}
