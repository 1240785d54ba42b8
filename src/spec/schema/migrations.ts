import { z } from 'zod';
import { migrationKinds, type MigrationKind } from '../../core/releases/migration.ts';
import { defaults } from '../defaults.ts';
import { list, meta, oneOf } from './field.ts';
import { duration } from './quantities.ts';
import { command, glob } from './texts.ts';

export interface MigrationsSection {
  readonly run: string;
  readonly kind: MigrationKind;
  readonly timeout?: string;
  readonly files?: readonly string[];
}

export const migrationsSection: z.ZodType<MigrationsSection> = z
  .strictObject({
    run: command({
      description:
        'Runs once per environment and content, in the folder of this file, before the candidate starts. It must be safe to repeat: after a crash in the middle it runs again.',
      examples: ['node migrate.ts'],
    }),
    kind: oneOf(migrationKinds, {
      description: 'After `contract` or `irreversible` there is no way back to the former release.',
      examples: ['expand'],
    }),
    timeout: duration(
      { description: 'Time allowed for one execution.', examples: ['15m'], default: defaults.timeout },
      { min: '1s', max: '1d' },
    ).exactOptional(),
    files: list(glob({ description: 'A glob.', examples: ['migrations/**'] }), {
      description:
        'What the migration needs. It runs again when one of these files, `run` or `kind` has changed, and only then.',
      examples: [['migrations/**']],
      defaultText: 'every file of the integration, so that each commit that changes one migrates again',
    }).exactOptional(),
  })
  .meta(
    meta({
      description: 'Changes of the data of each environment that come with a release.',
      examples: [{ run: 'node migrations/run.ts', kind: 'expand', files: ['migrations/**'] }],
    }),
  );
