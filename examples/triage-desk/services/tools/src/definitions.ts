import { readFileSync } from 'node:fs';
import { fromJsonSchema, type ToolAnnotations } from '@modelcontextprotocol/server';

export type ToolName = 'lookup_order' | 'search_kb' | 'create_refund' | 'escalate';

interface DefinitionFile {
  readonly title: string;
  readonly description: string;
  readonly inputSchema: Parameters<typeof fromJsonSchema>[0];
  readonly annotations: ToolAnnotations;
}

/** `definitions/<name>.json` is what the model reads, what calls are checked against, and part of the release. */
export function readDefinition<Input>(name: ToolName) {
  const text = readFileSync(new URL(`../definitions/${name}.json`, import.meta.url), 'utf8');
  const { title, description, inputSchema, annotations }: DefinitionFile = JSON.parse(text);
  return { title, description, annotations, inputSchema: fromJsonSchema<Input>(inputSchema) };
}
