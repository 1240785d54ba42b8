import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { homeOfThisFile } from './harness/deployer-home.ts';
import { helloSpec } from './harness/hello.ts';
import { type Changes, openProject } from './harness/project.ts';
import { type Address, ask } from './harness/users.ts';

const home = await homeOfThisFile();

/** A web component that writes into, and reads from, what exists once in its environment. */
const web = (says: string): string => `import { createServer } from 'node:http';
createServer(async (request, response) => {
  if (request.url === '/') return response.end('up');
  const answer = await fetch(process.env.STORE_URL + request.url).catch((error) => error);
  const text = answer instanceof Error ? answer.message : await answer.text();
  response.end(JSON.stringify({ web: ${JSON.stringify(says)}, url: process.env.STORE_URL, store: text }));
}).listen(Number(process.env.PORT), process.env.HOST);
`;

/** What `web` says, with what the store told it. */
interface Asked {
  readonly web: string;
  readonly url: string;
  readonly store: { readonly says: string; readonly pid: number; readonly lines: readonly string[] };
}

async function asked(place: Address, path: string): Promise<Asked> {
  const { text } = await ask(place, path);
  const { store: told, ...answer } = JSON.parse(text) as Omit<Asked, 'store'> & { readonly store: string };
  return { ...answer, store: JSON.parse(told) as Asked['store'] };
}

/** Appends to a file in DATA_DIR with `/add/<line>`, and tells what is in it. */
const store = (
  says: string,
  { breaks = false } = {},
): string => `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const file = process.env.DATA_DIR + '/lines';
${breaks ? `console.log('no licence'); process.exit(1);` : ''}
createServer((request, response) => {
  if (request.url.startsWith('/add/')) appendFileSync(file, request.url.slice(5) + '\\n');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\\n') : [];
  response.end(JSON.stringify({ says: ${JSON.stringify(says)}, pid: process.pid, lines }));
}).listen(Number(process.env.PORT), process.env.HOST);
`;

const production = { production: { approval: { none: 'a test' } } };

function version(
  key: string,
  says: { web: string; store: string; breaks?: boolean },
  environments = production,
): Changes {
  const spec = helloSpec(environments);
  return {
    'deployer.yaml': {
      ...spec,
      integration: { key },
      components: {
        web: { ...spec.components.web, needs: ['store'] },
        store: {
          role: 'service',
          path: 'store',
          run: 'node main.mjs',
          port: 8080,
          scope: 'environment',
          health: { seconds: 5 },
        },
      },
    },
    'web/main.mjs': web(says.web),
    'store/main.mjs': store(says.store, { breaks: says.breaks ?? false }),
  };
}

test('what exists once per environment outlives deployments: one process, one address, its data, over switch and rollback', async () => {
  const desk = openProject(home, 'once');
  desk.commit(version('once', { web: 'one', store: 'first' }));
  expect(await desk.ship()).toMatchObject({ code: 0 });
  const place = await desk.environment('production');
  const before = await asked(place, '/add/a');
  expect(before).toMatchObject({ web: 'one', store: { says: 'first', lines: ['a'] } });
  desk.commit(version('once', { web: 'two', store: 'first' }));
  const { run } = await desk.ship();
  expect((await desk.view(run)).stages.find(({ name }) => name === 'residents')).toMatchObject({
    state: 'passed',
    reason: 'store stays as it is',
  });
  const { pid, url } = { ...before.store, url: before.url };
  expect(await asked(place, '/add/b')).toMatchObject({ web: 'two', url, store: { pid, lines: ['a', 'b'] } });
  await desk.rollback('production');
  expect(await asked(place, '/lines')).toMatchObject({ web: 'one', url, store: { pid, lines: ['a', 'b'] } });
  expect(await readdir(join(home.home.root, 'environments/once/production/data'))).toEqual([
    'production-store',
  ]);
}, 120_000);
