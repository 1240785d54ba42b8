import { z } from 'zod';
import { meta, oneOf } from './field.ts';
import { command } from './texts.ts';

export interface MigrationsSection {
  readonly run: string;
  readonly kind: 'expand' | 'contract' | 'irreversible';
}

export const migrationsSection: z.ZodType<MigrationsSection> = z
  .strictObject({
    run: command({
      description: 'Runs once per environment and content, before the candidate starts.',
      examples: ['node migrate.ts'],
    }),
    kind: oneOf(['expand', 'contract', 'irreversible'], {
      description: 'After `contract` or `irreversible` there is no way back to the former release.',
      examples: ['expand'],
    }),
  })
  .meta(
    meta({
      description: 'Not yet acted on. Changes of a database that come with a release.',
      examples: [{ run: 'node migrate.ts', kind: 'expand' }],
    }),
  );
