import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type CommandEnd, describeEnd, succeeded } from '../core/pipeline/command-end.ts';
import { duration } from '../core/texts/figures.ts';
import type { MigrationDefinition } from '../core/definition/integration.ts';
import {
  isOneWay,
  type MigrationContext,
  type MigrationRecords,
  type ReleaseMigration,
  withArticle,
} from '../core/releases/migration.ts';
import type { Sources } from '../core/releases/sources.ts';
import type { Step, StepContext } from '../core/pipeline/step.ts';
import { failed, passed, type StageOutcome } from '../core/verdicts/verdict.ts';
import { runCommand } from '../lib/run-command.ts';
import { migrationEnv, nodeFolderFor } from './command-env.ts';
import { commandOutput } from './command-output.ts';
import { alteredFiles } from './altered-files.ts';

export interface MigratePorts {
  readonly sources: Pick<Sources, 'filesAt'>;
  readonly migrations: MigrationRecords;
  readonly nodeFolder: string;
}

/** What a migration is in the middle of is not cut off at once when it is cancelled or its time is over. */
const graceMs = 30_000;

/**
 * Changes the data of an environment for a release, before anything of that starts there: once per environment and
 * content, and one at a time. One that was cut off in the middle runs again, so it must be safe to repeat.
 */
export function migrateStep(ports: MigratePorts): Step {
  return {
    run: async (context) => {
      const { definition, release, signal } = context;
      const { migrations } = definition;
      const migration = release?.migration;
      if (migrations === undefined || migration === undefined)
        throw new Error('there is no migration to run');
      const at = migrationContextOf(context);
      return await ports.migrations.locked(at, signal, async (whileLocked) => {
        const doneIn = await ports.migrations.doneIn(at, migration);
        if (doneIn !== null) return alreadyDone(migration, { environment: at.environment, doneIn });
        return await migrate(ports, { ...context, signal: whileLocked }, { at, migrations, migration });
      });
    },
  };
}

function migrationContextOf({ run, release, stage }: StepContext): MigrationContext {
  return {
    integration: run.integration,
    environment: stage.environment ?? '',
    run: run.id,
    release: release?.id ?? '',
    requester: run.requester,
  };
}

interface Migrating {
  readonly at: MigrationContext;
  readonly migrations: MigrationDefinition;
  readonly migration: ReleaseMigration;
}

async function migrate(
  ports: MigratePorts,
  context: StepContext,
  { at, migrations, migration }: Migrating,
): Promise<StageOutcome> {
  await putBack(ports, context, { migrations, migration });
  // Before it counts as begun: what cannot be read has changed nothing.
  const env = await envOf(context, ports.nodeFolder);
  context.log(migration.run, 'note');
  const begun = await ports.migrations.begin(at, migration);
  const end = await runCommand({
    command: migration.run,
    cwd: context.folder,
    env,
    timeoutMs: migrations.timeoutMs,
    graceMs,
    signal: context.signal,
    redactor: context.redactor,
    onLine: commandOutput(context),
  });
  await ports.migrations.end(at, begun, end);
  return outcomeOf(migration, end, end.tail);
}

/** What is run is what was approved: a suite or a set-up may have written into the workspace since the checkout. */
async function putBack(
  { sources }: MigratePorts,
  { folder, run, definition, signal, log }: StepContext,
  { migrations, migration }: Omit<Migrating, 'at'>,
): Promise<void> {
  const altered = await alteredFiles(folder, migration.files);
  if (altered.length === 0) return;
  const source = { integration: run.integration, commit: run.commit };
  const files = await sources.filesAt(source, definition.folder, migrations.files, signal);
  for (const path of altered) {
    const content = files.get(path);
    if (content === undefined) throw new Error(`${path} is no file of ${run.commit}`);
    await writeFile(join(folder, path), content);
    log(`${path} was changed since the checkout; it is put back as it was committed`, 'note');
  }
}

async function envOf(context: StepContext, deployersNode: string): Promise<Readonly<Record<string, string>>> {
  const { change, run, release } = context;
  if (change === null || release === null)
    throw new Error('a migration belongs to a release in an environment');
  const { environment } = change;
  return migrationEnv(
    {
      baseEnv: run.baseEnv,
      own: await context.reveal(environment.migrationEnv ?? {}),
      nodeFolder: nodeFolderFor(context, deployersNode),
    },
    { environment: environment.name, release: release.id, residents: change.residents ?? {} },
  );
}

function alreadyDone(
  { kind, run: command }: ReleaseMigration,
  { environment, doneIn }: { readonly environment: string; readonly doneIn: string },
): StageOutcome {
  return passed(`Skipped: ${environment} has taken this ${kind} migration in ${doneIn}`, [
    { kind: 'migration', body: { kind, command, skipped: true, doneIn } },
  ]);
}

function outcomeOf(
  { kind, run: command, files }: ReleaseMigration,
  end: CommandEnd,
  tail: readonly string[],
): StageOutcome {
  const { exitCode, signal, timedOut, durationMs } = end;
  const ok = succeeded(end);
  const lastLines = ok ? [] : tail;
  const body = { kind, command, files, skipped: false, exitCode, signal, timedOut, durationMs, lastLines };
  const evidence = [{ kind: 'migration', body }];
  if (!ok) {
    return failed(
      `The ${kind} migration (\`${command}\`) ${describeEnd(end)}; what it has changed is not undone`,
      evidence,
    );
  }
  const after = isOneWay(kind) ? '; from here on there is no way back' : '';
  return passed(`${sentence(withArticle(kind))} migration took ${duration(durationMs)}${after}`, evidence);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
