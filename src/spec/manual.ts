import { flowYaml } from './flow-yaml.ts';
import { specJsonSchema, type JsonSchema } from './json-schema.ts';
import { maxSpecBytes } from './load.ts';
import { exampleSpec } from './manual-example.ts';
import { rules } from './rules/all.ts';

interface Row {
  readonly path: string;
  readonly field: JsonSchema;
  readonly isRequired: boolean;
}

/** `docs/spec.md`: every field and rule of `deployer.yaml`, written from the schemas that judge it. */
export function specManual(): string {
  const schema = specJsonSchema();
  const sections = Object.entries(schema.properties ?? {}).map(([key, field]) => section(key, field, schema));
  return `${[introduction, ...sections, rulesSection()].join('\n\n')}\n`;
}

const introduction = `# deployer.yaml

<!-- Written by \`node scripts/spec-docs.ts\` from src/spec/. Change the schemas, not this page. -->

One file defines an agent integration: its parts, its tests and its environments. \`deployer check\` lists all problems of
the file at once, each with its place and a hint; \`deployer schema\` prints the JSON Schema for editors, also at
[schema.json](schema.json).

- Paths are relative to the folder of the file, stay inside it and use \`/\`. Paths with wildcards are globs.
- Durations are a whole number with \`s\`, \`m\`, \`h\` or \`d\`: \`90s\`, \`15m\`.
- Names are lower-case letters, digits and \`-\`, begin with a letter, do not end in \`-\` and have at most 40 characters.
  They are safe in file names, URLs, tags and, in upper case with \`_\`, in variables.
- Unknown keys are errors. A key that is marked *Not yet* is known and checked, and refused until Deployer acts on it.
- The file is YAML 1.2, at most ${maxSpecBytes / 1024} KiB. Anchors and aliases work within bounds; merge keys and tags do not.

## A whole file

\`\`\`yaml
${exampleSpec.trimEnd()}
\`\`\``;

function section(key: string, field: JsonSchema, schema: JsonSchema): string {
  const isRequired = schema.required?.includes(key) === true;
  const rows = rowsBelow(field, key);
  const head = `## ${key}\n\n${isRequired ? '**Required.** ' : ''}${field.description ?? ''}`;
  return `${head}\n\n${table(rows.length === 0 ? [{ path: key, field, isRequired }] : rows)}`;
}

function rowsBelow(field: JsonSchema, path: string): readonly Row[] {
  const rows = Object.entries(field.properties ?? {}).flatMap(([key, child]) => {
    const isRequired = field.required?.includes(key) === true;
    return [{ path: `${path}.${key}`, field: child, isRequired }, ...rowsBelow(child, `${path}.${key}`)];
  });
  const { additionalProperties: others, items } = field;
  const named = typeof others === 'object' && others.properties !== undefined;
  return [
    ...rows,
    ...(named ? namedRows(others, `${path}.<name>`) : []),
    ...(items?.properties === undefined ? [] : rowsBelow(items, `${path}[]`)),
  ];
}

function namedRows(field: JsonSchema, path: string): readonly Row[] {
  return [{ path, field, isRequired: false }, ...rowsBelow(field, path)];
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ path, field, isRequired }) => {
    const fallback = isRequired ? '**required**' : defaultOf(field);
    return [`\`${path}\``, typeOf(field), fallback, field.description ?? '', exampleOf(field)];
  });
  return [['key', 'type', 'default', 'meaning', 'example'], Array.from({ length: 5 }, () => '---'), ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function defaultOf(field: JsonSchema): string {
  if (field.default !== undefined) return `\`${flowYaml(field.default)}\``;
  return field['x-default'] ?? '';
}

function exampleOf({ examples }: JsonSchema): string {
  return examples?.[0] === undefined ? '' : `\`${flowYaml(examples[0])}\``;
}

function typeOf(field: JsonSchema): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (field.type === 'array') return field.items?.properties === undefined ? 'list' : 'list of mappings';
  const types = typeof field.type === 'object' ? field.type : [field.type ?? 'object'];
  const words = types.map((type) => typeWords[type] ?? type).join(' or ');
  const { minimum, maximum } = field;
  return minimum === undefined || maximum === undefined ? words : `${words}, ${minimum} to ${maximum}`;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  object: 'mapping',
};

function rulesSection(): string {
  const lines = rules.map(({ says }) => `- ${says}`);
  return `## Rules across fields\n\nBeside what each field asks for:\n\n${lines.join('\n')}`;
}
