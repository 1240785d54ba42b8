// Writes `docs/errors.md` from the error catalogue: `node scripts/errors-docs.ts`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { errorsPage } from './errors-page.ts';

await writeFile(join(import.meta.dirname, '../docs/errors.md'), errorsPage());
