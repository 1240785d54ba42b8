import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { specJsonSchema, type JsonSchema } from './json-schema.ts';
import { loadSpec, readIntegrationKey } from './load.ts';
import { exampleSpec } from './manual-example.ts';

/** Values under keys that the schema knows, right and wrong ones. */
function valuesOf(field: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const junk = fc.oneof(
    fc.constantFrom(null, '', 0, -1, true, [], {}, '__proto__', 'constructor'),
    fc.string(),
  );
  const known = fc.constantFrom(...(field.examples ?? [field.const ?? field.enum?.[0] ?? 'x']));
  if (depth === 0) return fc.oneof(junk, known);
  const { properties = {}, additionalProperties: others, items } = field;
  const keys = Object.fromEntries(
    Object.entries(properties).map(([key, child]) => [key, valuesOf(child, depth - 1)]),
  );
  const parts: fc.Arbitrary<unknown>[] = [fc.record(keys, { requiredKeys: [] })];
  if (typeof others === 'object') {
    const names = fc.constantFrom('web', 'dev', 'production', 'unit', 'Bad Name', 'constructor');
    parts.push(fc.dictionary(names, valuesOf(others, depth - 1)));
  }
  if (items !== undefined) parts.push(fc.array(valuesOf(items, depth - 1), { maxLength: 3 }));
  return fc.oneof(
    { weight: 1, arbitrary: junk },
    { weight: 4, arbitrary: known },
    { weight: 6, arbitrary: fc.oneof(...parts) },
  );
}

const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        '- ',
        '? ',
        ': ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!x ',
        '"',
        "'",
        '\n',
        '  ',
        '#',
        '|',
        'k',
      ),
    )
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.nat(exampleSpec.length), fc.nat(60), fc.string())
    .map(([at, length, text]) => exampleSpec.slice(0, at) + text + exampleSpec.slice(at + length)),
  valuesOf(specJsonSchema(), 5).map((value) => stringify(value)),
);

test('any text gives a definition or errors, never both and never an exception', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { definition, problems } = loadSpec({ text, file: 'deployer.yaml', folder: '.' });
      expect(definition === null).toBe(problems.some(({ severity }) => severity === 'error'));
      const lines = text.split(/\r\n|[\r\n]/).length;
      for (const { line, column, message, hint } of problems) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(message).toMatch(/\.$/s);
        expect(hint).not.toBe('');
      }
      expect([null, definition?.key ?? readIntegrationKey(text)]).toContain(readIntegrationKey(text));
    }),
    { numRuns: 500 },
  );
});
