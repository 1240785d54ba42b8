import { z } from 'zod';
import { list, meta, wholeNumber } from './field.ts';
import { glob, line } from './texts.ts';

interface ModelSection {
  readonly provider: string;
  readonly id: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

interface StateSection {
  readonly writes: number;
  readonly reads?: readonly number[];
}

export interface AgentSection {
  readonly prompts?: readonly string[];
  readonly model?: ModelSection;
  readonly tools?: readonly string[];
  readonly mappings?: readonly string[];
  readonly schemas?: readonly string[];
  readonly state?: StateSection;
}

function files(description: string, example: string): z.ZodType<readonly string[]> {
  return list(glob({ description: 'A glob.', examples: [example] }), {
    description,
    examples: [[example]],
    default: [],
  });
}

const stateVersion: z.ZodType<number> = wholeNumber(
  { min: 1, max: 1_000_000 },
  { description: 'A version of the state schema.', examples: [1] },
);

const modelSection: z.ZodType<ModelSection> = z
  .strictObject({
    provider: line({ description: 'Who serves the model.', examples: ['openai-compatible'] }),
    id: line({ description: 'The exact model, best a dated snapshot.', examples: ['triage-sim-1'] }),
    parameters: z
      .record(z.string(), z.unknown())
      .meta(
        meta({
          description: 'Sampling parameters, as the provider names them.',
          examples: [{ temperature: 0 }],
          default: {},
        }),
      )
      .exactOptional(),
  })
  .meta(
    meta({
      description: 'The model that the agent is built for.',
      examples: [{ provider: 'openai-compatible', id: 'triage-sim-1' }],
    }),
  );

const stateSection: z.ZodType<StateSection> = z
  .strictObject({
    writes: stateVersion,
    reads: list(stateVersion, {
      description: 'Versions that this release can read; its own is among them.',
      examples: [[1]],
      defaultText: 'only what it writes',
    }).exactOptional(),
  })
  .meta(
    meta({
      description: 'Versions of the stored conversation state: what a rollback has to be able to read.',
      examples: [{ writes: 1, reads: [1] }],
    }),
  );

export const agentSection: z.ZodType<AgentSection> = z
  .strictObject({
    prompts: files('Prompt files.', 'prompts/*.md').exactOptional(),
    model: modelSection.exactOptional(),
    tools: files('Tool definitions.', 'tools/*.json').exactOptional(),
    mappings: files('Mappings of the transformation layer.', 'mappings/*.json').exactOptional(),
    schemas: files('Schemas of what goes in and out.', 'schemas/*.json').exactOptional(),
    state: stateSection.exactOptional(),
  })
  .meta(
    meta({
      description: 'What makes the agent behave as it does. It is part of the content of a release.',
      examples: [{ prompts: ['prompts/*.md'] }],
    }),
  );
