// Prepares a deployment as a control plane would, says so and waits: a process to be killed.
// `node process-starter.ts <home> <file with the preparation>`
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openArtifactFolder } from '../../src/artifacts/artifact-folder.ts';
import type { Preparation } from '../../src/core/places/target.ts';
import { processTarget } from '../../src/targets/process/target.ts';

const [home = '', file = ''] = process.argv.slice(2);
const preparation = JSON.parse(await readFile(file, 'utf8')) as Preparation;
const target = processTarget({ home, artifacts: openArtifactFolder(join(home, 'artifacts')) });
await target.prepare(preparation, AbortSignal.timeout(60_000));
process.stdout.write('prepared\n');
setInterval(() => undefined, 60_000);
