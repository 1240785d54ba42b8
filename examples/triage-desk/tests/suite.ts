import { createWriteStream, globSync, mkdirSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { junit, spec } from 'node:test/reporters';

/** `node tests/suite.ts e2e` runs tests/e2e/, for people on the terminal and as JUnit XML in reports/e2e.xml. */
const suite = process.argv[2] ?? 'unit';
const folder = new URL(`${suite}/`, import.meta.url).pathname;

const files = globSync(`${folder}*.test.ts`);
if (files.length === 0) throw new Error(`there are no tests in ${folder}`);

const results = run({ files, concurrency: true });
results.on('test:fail', () => {
  process.exitCode = 1;
});

mkdirSync('reports', { recursive: true });
await Promise.all([
  pipeline(results.compose(junit), createWriteStream(`reports/${suite}.xml`)),
  pipeline(results.compose(new spec()), process.stdout, { end: false }),
]);
