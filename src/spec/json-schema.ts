import { z } from 'zod';
import type { Path } from './fault.ts';
import { spec } from './schema/spec.ts';

/** The part of JSON Schema (draft 7, the one editors know best) that the schemas here come out as. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  /** A default in words. */
  readonly 'x-default'?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

const schema = z.toJSONSchema(spec, { target: 'draft-7', io: 'input' }) as JsonSchema;

/**
 * The JSON Schema of `deployer.yaml`, for editors. It knows the shape; rules across fields are for `deployer check`.
 */
export function specJsonSchema(): JsonSchema {
  return schema;
}

/** The same as text: `deployer schema` and docs/schema.json. */
export function specSchemaText(): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** What is said of the field at `path`; null when there can be none. */
export function fieldAt(path: Path): JsonSchema | null {
  return path.reduce<JsonSchema | null>(
    (field, step) => (field === null ? null : fieldIn(field, step)),
    schema,
  );
}

function fieldIn(field: JsonSchema, step: string | number): JsonSchema | null {
  if (typeof step === 'number') return field.items ?? null;
  const { properties, additionalProperties: others } = field;
  if (properties !== undefined && Object.hasOwn(properties, step)) return properties[step] ?? null;
  return typeof others === 'object' ? others : null;
}

/** Dotted places, `<name>` standing for any name, where a key of this name may stand. */
export function placesOfKey(key: string): readonly string[] {
  return placesIn(schema, '', key);
}

function placesIn(field: JsonSchema, at: string, key: string): readonly string[] {
  const properties = Object.entries(field.properties ?? {});
  const below = (step: string): string => (at === '' ? step : `${at}.${step}`);
  const others = field.additionalProperties;
  return [
    ...properties.filter(([name]) => name === key).map(() => at),
    ...properties.flatMap(([name, child]) => placesIn(child, below(name), key)),
    ...(typeof others === 'object' ? placesIn(others, below('<name>'), key) : []),
    ...(field.items === undefined ? [] : placesIn(field.items, `${at}[]`, key)),
  ];
}
