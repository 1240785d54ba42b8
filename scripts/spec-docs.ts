// Writes docs/spec.md and docs/schema.json from the schemas in src/spec/. A unit test fails while they are stale.
import { writeFile } from 'node:fs/promises';
import { specSchemaText } from '../src/spec/json-schema.ts';
import { specManual } from '../src/spec/manual.ts';

const docs = new URL('../docs/', import.meta.url);
await writeFile(new URL('spec.md', docs), specManual());
await writeFile(new URL('schema.json', docs), specSchemaText());
console.log('Written: docs/spec.md, docs/schema.json');
