import type { z } from 'zod';
import { dotted, keyError, valueError, type Fault, type FaultText, type Path } from './fault.ts';
import { fieldAt, placesOfKey, type JsonSchema } from './json-schema.ts';
import { flowYaml } from './flow-yaml.ts';
import { nearest } from '../core/texts/suggest.ts';
import { likelyRole } from './likely-role.ts';

type Issue = z.core.$ZodIssue;

/** What the schema says of a value, in words that help to correct it. `valueAt` reads the value that was judged. */
export function explainIssue(issue: Issue, valueAt: (path: Path) => unknown): readonly Fault[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => keyError([...path, key], unknownKey(path, key)));
  }
  if (issue.code === 'custom') {
    return [valueError(path, { message: `${quoted(path)} ${issue.message}.`, hint: hintOf(issue) })];
  }
  return [explainValue(path, valueAt)];
}

/** All other issues say that the value is not of the field's type or range, which the field's own schema says best. */
function explainValue(path: Path, valueAt: (path: Path) => unknown): Fault {
  const value = valueAt(path);
  const field = fittingField(path, valueAt);
  if (value === undefined) return keyError(path, missing(path, field));
  if (Array.isArray(value) && field.type === 'array') {
    const message = `${quoted(path)} has ${value.length} items; at most ${field.maxItems ?? 0} are allowed.`;
    return valueError(path, { message, hint: 'Shorten the list.' });
  }
  const near = typeof value === 'string' ? nearest(value, (field.enum ?? []).map(String)) : null;
  return valueError(path, {
    message: `${quoted(path)} must be ${expectation(field)}, not ${describe(value)}.`,
    hint: near === null ? correction(path, field, value) : `Did you mean \`${near}\`?`,
  });
}

/** The field, with an example that fits what stands beside it where one for all would mislead. */
function fittingField(path: Path, valueAt: (path: Path) => unknown): JsonSchema {
  const field = fieldAt(path) ?? {};
  const isRole = path.length === 3 && path[0] === 'components' && path[2] === 'role';
  return isRole ? { ...field, examples: [likelyRole(valueAt(path.slice(0, 2)))] } : field;
}

function missing(path: Path, field: JsonSchema): FaultText {
  return { message: `${quoted(path)} is missing.`, hint: exampleHint(path, field) };
}

function unknownKey(path: Path, key: string): FaultText {
  const known = Object.keys(fieldAt(path)?.properties ?? {});
  const where = path.length === 0 ? 'at the top level' : `in ${quoted(path)}`;
  const message = `There is no key \`${key}\` ${where}.`;
  if (key === '<<') return { message, hint: 'Merge keys are not read; write the keys out.' };
  const near = nearest(key, known);
  if (near !== null) return { message, hint: `Did you mean \`${near}\`?` };
  const elsewhere = placesOfKey(key).map((place) => (place === '' ? 'the top level' : `\`${place}\``));
  if (elsewhere.length > 0) return { message, hint: `\`${key}\` is a key of ${elsewhere.join(', ')}.` };
  return { message, hint: `Known keys: ${known.join(', ')}.` };
}

function hintOf(issue: Issue): string {
  const hint: unknown = issue.code === 'custom' ? issue.params?.['hint'] : undefined;
  return typeof hint === 'string' ? hint : 'See docs/spec.md.';
}

function expectation(field: JsonSchema): string {
  if (field.const !== undefined) return JSON.stringify(field.const);
  if (field.enum !== undefined) return `one of ${field.enum.map(String).join(', ')}`;
  if (field.type === 'array') return 'a list';
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
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function correction(path: Path, field: JsonSchema, value: unknown): string {
  const mayBeEmpty =
    field.type === 'object' && field.required === undefined && field.propertyNames === undefined;
  if (value !== null || !mayBeEmpty) return exampleHint(path, field);
  return `Write \`${String(path.at(-1))}: {}\` to leave all at its defaults.`;
}

function exampleHint(path: Path, field: JsonSchema): string {
  const example = field.examples?.[0];
  const key = path.at(-1);
  // Only the file as a whole has no example.
  if (example === undefined) return `Write the keys ${(field.required ?? []).join(', ')}.`;
  return `Write for example \`${typeof key === 'string' ? `${key}: ` : ''}${flowYaml(example)}\`.`;
}

/** The last key of a path, with its position when it is an item of a list. */
function quoted(path: Path): string {
  const keyAt = path.findLastIndex((step) => typeof step === 'string');
  return path.length === 0 ? 'The file' : `\`${dotted(path.slice(keyAt))}\``;
}
