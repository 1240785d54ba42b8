// Part of `npm run build`: records the time of the commit that `dist` was built from, because an installed package has
// no Git to ask. Of two builds of one version, the later one is the newer (see `src/lib/build-info.ts`).
import { writeFile } from 'node:fs/promises';

import { buildInfo } from '../src/lib/build-info.ts';

const { builtAt } = await buildInfo();
await writeFile(new URL('../dist/build-info.json', import.meta.url), `${JSON.stringify({ builtAt })}\n`);
