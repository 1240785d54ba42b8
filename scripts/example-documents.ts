// Writes the documents of Triage Desk at its three moments: `node scripts/example-documents.ts`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { exampleDocuments } from '../test/documents/example-documents.ts';

for (const { path, content } of exampleDocuments()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  console.log(path);
}
