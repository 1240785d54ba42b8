import { z } from 'zod';
import { defaults } from '../defaults.ts';
import { meta } from './field.ts';
import { name } from './names.ts';
import { branch } from './texts.ts';

export interface TriggerSection {
  readonly branch?: string;
  readonly to?: string;
}

export const triggerSection: z.ZodType<TriggerSection> = z
  .strictObject({
    branch: branch({
      description: 'The branch whose new commits `deployer track` ships by itself.',
      examples: ['main'],
      default: defaults.branch,
    }).exactOptional(),
    to: name({
      description: 'The environment where a ship ends when `--to` is not given.',
      examples: ['production'],
      defaultText: 'the last environment',
    }).exactOptional(),
  })
  .meta(
    meta({
      description: 'What is shipped without being asked, and how far.',
      examples: [{ branch: 'main' }],
    }),
  );
