import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isMapping } from './draft.ts';
import { specJsonSchema, specSchemaText, type JsonSchema } from './json-schema.ts';
import { loadSpec } from './load.ts';
import { exampleSpec } from './manual-example.ts';
import { specManual } from './manual.ts';
import { spec } from './schema/spec.ts';

function doc(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
}

test('docs/spec.md and docs/schema.json are what the schemas say (else: node scripts/spec-docs.ts)', () => {
  expect(doc('spec.md')).toBe(specManual());
  expect(doc('schema.json')).toBe(specSchemaText());
});

test('the file in the manual has no problems', () => {
  expect(loadSpec({ text: exampleSpec, file: 'deployer.yaml', folder: '.' }).problems).toEqual([]);
});

interface Field {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

const root: Field = { path: [], schema: specJsonSchema() };

function fieldsBelow({ path, schema }: Field): readonly Field[] {
  const { properties = {}, additionalProperties: others, items } = schema;
  const children = [
    ...Object.entries(properties).map(([key, child]) => ({ path: [...path, key], schema: child })),
    ...(typeof others === 'object' && others.description !== undefined
      ? [{ path: [...path, '<name>'], schema: others }]
      : []),
    ...(items === undefined ? [] : [{ path: [...path, '0'], schema: items }]),
  ];
  return children.flatMap((child) => [child, ...fieldsBelow(child)]);
}

const fields = fieldsBelow(root);

test('every field has a description and an example', () => {
  expect(fields.length).toBeGreaterThan(100);
  const bare = fields.filter(
    ({ schema }) => schema.description === undefined || schema.examples === undefined,
  );
  expect(bare.map(({ path }) => path.join('.'))).toEqual([]);
});

test('every example fits its field', () => {
  const misfits = fields.flatMap(({ path, schema }) =>
    (schema.examples ?? [])
      .filter((example) => !fits(path, example))
      .map((example) => `${path.join('.')}: ${JSON.stringify(example)}`),
  );
  expect(misfits).toEqual([]);
});

/** Whether the schema finds nothing wrong at or below the path when the example stands there. */
function fits(path: readonly string[], example: unknown): boolean {
  const issues = spec.safeParse(withValue(parse(exampleSpec), path, example)).error?.issues ?? [];
  return !issues.some((issue) =>
    path.every((step, index) => step === '<name>' || String(issue.path[index]) === step),
  );
}

function withValue(value: unknown, [step, ...rest]: readonly string[], leaf: unknown): unknown {
  if (step === undefined) return leaf;
  if (step === '0') return [withValue(undefined, rest, leaf)];
  const mapping = isMapping(value) ? value : {};
  return { ...mapping, [step]: withValue(mapping[step], rest, leaf) };
}
