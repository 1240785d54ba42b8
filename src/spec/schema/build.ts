import { z } from 'zod';
import { list, meta } from './field.ts';
import { name } from './names.ts';

export interface BuildSection {
  readonly gates?: readonly string[];
}

export const buildSection: z.ZodType<BuildSection> = z
  .strictObject({
    gates: list(name({ description: 'Name of a suite.', examples: ['unit'] }), {
      description: 'Suites that run before any deployment exists; `DEPLOYER_URL` is not set for them.',
      examples: [['unit']],
      defaultText: '`[unit]` when there is a suite `unit`, else none',
    }).exactOptional(),
  })
  .meta(
    meta({
      description: 'What a commit must pass before it is deployed anywhere.',
      examples: [{ gates: ['unit'] }],
    }),
  );
