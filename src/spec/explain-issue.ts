import type { z } from 'zod';
import { keyError, valueError, type Fault, type FaultText, type Path } from './fault.ts';
import { fieldAt, placesOfKey, type JsonSchema } from './json-schema.ts';
import { flowYaml } from './flow-yaml.ts';
import { nearest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** What the schema says of a value, in words that help to correct it. `valueAt` reads the value that was judged. */
export function explainIssue(issue: Issue, valueAt: (path: Path) => unknown): readonly Fault[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => keyError([...path, key], unknownKey(path, key)));
  }
  if (issue.code === 'invalid_key') {
    return [keyError(path, invalidName(String(path.at(-1)), issue.issues[0]))];
  }
  if (issue.code === 'custom') {
    return [valueError(path, { message: `\`${last(path)}\` ${issue.message}.`, hint: hintOf(issue) })];
  }
  return [explainValue(path, valueAt(path))];
}

/** All other issues say that the value is not of the field's type or range, which the field's own schema says best. */
function explainValue(path: Path, value: unknown): Fault {
  const field = fieldAt(path) ?? {};
  if (value === undefined) return keyError(path, missing(path, field));
  const expected = expectation(field);
  const found = describe(value);
  const near = typeof value === 'string' ? nearest(value, (field.enum ?? []).map(String)) : null;
  return valueError(path, {
    message: `\`${last(path)}\` must be ${expected}, not ${found}.`,
    hint: near === null ? exampleHint(path, field) : `Did you mean \`${near}\`?`,
  });
}

function missing(path: Path, field: JsonSchema): FaultText {
  return { message: `\`${last(path)}\` is missing.`, hint: exampleHint(path, field) };
}

function unknownKey(path: Path, key: string): FaultText {
  const known = Object.keys(fieldAt(path)?.properties ?? {});
  const where = path.length === 0 ? 'at the top level' : `in \`${last(path)}\``;
  const message = `There is no key \`${key}\` ${where}.`;
  if (key === '<<') return { message, hint: 'Merge keys are not read; write the keys out.' };
  const near = nearest(key, known);
  if (near !== null) return { message, hint: `Did you mean \`${near}\`?` };
  const elsewhere = placesOfKey(key).map((place) => (place === '' ? 'the top level' : `\`${place}\``));
  if (elsewhere.length > 0) return { message, hint: `\`${key}\` is a key of ${elsewhere.join(', ')}.` };
  return { message, hint: `Known keys: ${known.join(', ')}.` };
}

function invalidName(key: string, issue: Issue | undefined): FaultText {
  const reason = issue?.code === 'custom' ? issue.message : 'is not a valid name';
  return { message: `\`${key}\` ${reason}.`, hint: issue === undefined ? '' : hintOf(issue) };
}

function hintOf(issue: Issue): string {
  const hint: unknown = issue.code === 'custom' ? issue.params?.['hint'] : undefined;
  return typeof hint === 'string' ? hint : 'See docs/spec.md.';
}

function expectation(field: JsonSchema): string {
  if (field.const !== undefined) return JSON.stringify(field.const);
  if (field.enum !== undefined) return `one of ${field.enum.map(String).join(', ')}`;
  if (field.type === 'array')
    return field.maxItems === undefined ? 'a list' : `a list of at most ${field.maxItems}`;
  if (field.type === 'integer') return `a whole number${rangeText(field)}`;
  if (field.type === 'number') return `a number${rangeText(field)}`;
  const types = typeof field.type === 'object' ? field.type : [field.type ?? 'object'];
  return types.map((type) => typeWords[type] ?? type).join(' or ');
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
};

function rangeText({ minimum, maximum }: JsonSchema): string {
  return minimum === undefined || maximum === undefined ? '' : ` from ${minimum} to ${maximum}`;
}

function describe(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return `the text ${JSON.stringify(shorten(value))}`;
  return JSON.stringify(value) ?? 'nothing';
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function exampleHint(path: Path, field: JsonSchema): string {
  const example = field.examples?.[0] ?? field.const ?? field.enum?.[0];
  const key = path.at(-1);
  if (example !== undefined) {
    return `Write for example \`${typeof key === 'string' ? `${key}: ` : ''}${flowYaml(example)}\`.`;
  }
  const keys = field.required ?? Object.keys(field.properties ?? {});
  const inside = keys.length === 0 ? 'names as keys' : `the keys ${keys.join(', ')}`;
  return `Write a mapping with ${inside}.`;
}

function last(path: Path): string {
  const step = path.at(-1);
  if (step === undefined) return 'The file';
  return typeof step === 'number' ? `${last(path.slice(0, -1))}[${step}]` : step;
}
