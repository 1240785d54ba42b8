import { z } from 'zod';
import { list, meta } from './field.ts';
import { name } from './names.ts';
import { emoji, identity, line } from './texts.ts';

export interface IntegrationSection {
  readonly key: string;
  readonly name?: string;
  readonly emoji?: string;
  readonly owners?: readonly string[];
}

export const integrationSection: z.ZodType<IntegrationSection> = z
  .strictObject({
    key: name({
      description:
        'Names the integration everywhere: runs (`triage-desk-7`), tags, folders, URLs. One server knows one integration of a key; it does not change later.',
      examples: ['triage-desk'],
    }),
    name: line(
      { description: 'Name for people.', examples: ['Triage Desk'], defaultText: 'the key' },
      80,
    ).exactOptional(),
    emoji: emoji({
      description: 'One emoji, shown beside the name.',
      examples: ['🎫'],
      defaultText: 'by a word of the key, else by the most telling role among the components',
    }).exactOptional(),
    owners: list(identity({ description: 'An owner.', examples: ['support@example.com'] }), {
      description: 'Who answers for the integration.',
      examples: [['support@example.com']],
      default: [],
    }).exactOptional(),
  })
  .meta(meta({ description: 'What is deployed.', examples: [{ key: 'triage-desk' }] }));
