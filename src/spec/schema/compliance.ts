import { z } from 'zod';
import { list, meta } from './field.ts';
import { name } from './names.ts';
import { line } from './texts.ts';

export interface ComplianceSection {
  readonly frameworks?: readonly string[];
  readonly checks?: readonly string[];
  readonly none?: string;
}

export const complianceSection: z.ZodType<ComplianceSection> = z
  .strictObject({
    frameworks: list(line({ description: 'A framework or regulation.', examples: ['GDPR'] }, 80), {
      description: 'What the integration has to comply with.',
      examples: [['GDPR']],
      default: [],
    }).exactOptional(),
    checks: list(name({ description: 'A suite.', examples: ['privacy'] }), {
      description:
        'Suites whose pass is what the checklist counts as compliance checked; where they run is for `gates` to say. Without one it is undecided.',
      examples: [['privacy']],
      default: [],
    }).exactOptional(),
    none: line({
      description: 'The reason why nothing has to be checked. It stands without `frameworks` and `checks`.',
      examples: ['no personal data, internal users'],
    }).exactOptional(),
  })
  .meta(
    meta({
      description: 'What the integration has to comply with, and what checks it.',
      examples: [{ frameworks: ['GDPR'], checks: ['privacy'] }],
    }),
  );
