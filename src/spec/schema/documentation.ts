import { z } from 'zod';
import { list, meta } from './field.ts';
import { glob } from './texts.ts';

export interface DocumentationSection {
  readonly files: readonly string[];
  readonly interface?: readonly string[];
}

export const documentationSection: z.ZodType<DocumentationSection> = z
  .strictObject({
    files: list(glob({ description: 'A glob.', examples: ['docs/**/*.md'] }), {
      description:
        'The documents that users read. Their relative links are followed when a release is packaged.',
      examples: [['README.md', 'docs/**/*.md']],
    }),
    interface: list(glob({ description: 'A glob.', examples: ['schemas/*.json'] }), {
      description:
        'What users see of the integration. When it changed and no document has since, the checklist asks whether one has to.',
      examples: [['schemas/*.json', 'tools/*.json']],
      default: [],
    }).exactOptional(),
  })
  .meta(
    meta({
      description: 'User documentation, as the checklist looks at it.',
      examples: [{ files: ['README.md'] }],
    }),
  );
