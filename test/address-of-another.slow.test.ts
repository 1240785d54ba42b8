import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { EnvironmentView } from '../src/api/views/status.ts';
import { deploymentFolder } from '../src/targets/supervised/layout.ts';
import { SupervisorClient } from '../src/targets/supervised/supervisor-client.ts';
import { livingSupervisor } from '../src/targets/supervised/supervisor-record.ts';
import { homeOfThisFile } from './harness/deployer-home.ts';
import { helloSpec } from './harness/hello.ts';
import { processesOf } from './harness/leftovers.ts';
import { openProject } from './harness/project.ts';
import { until, untilTrue } from './harness/until.ts';
import { ask } from './harness/users.ts';

/** Passes what it is asked on to its store. */
const web = `import { createServer } from 'node:http';
fetch(process.env.STORE_URL + '/add/start').catch(() => undefined);
createServer(async (request, response) => {
  if (request.url === '/') return response.end('up');
  const answer = await fetch(process.env.STORE_URL + request.url).catch(() => null);
  response.end(answer === null ? 'no store' : await answer.text());
}).listen(Number(process.env.PORT), process.env.HOST);
`;
const store = `import { createServer } from 'node:http';
const lines = [];
createServer((request, response) => {
  if (request.url.startsWith('/add/')) lines.push(request.url.slice(5));
  response.end(lines.join());
}).listen(Number(process.env.PORT), process.env.HOST);
`;

const home = await homeOfThisFile();
const desk = openProject(home, 'desk');
const spec = helloSpec({ production: { approval: { none: 'a test' } } });
desk.commit({
  'deployer.yaml': {
    ...spec,
    integration: { key: 'desk' },
    components: {
      web: { ...spec.components.web, needs: ['store'] },
      store: { role: 'service', path: 'store', run: 'node main.mjs', port: 8080, scope: 'environment' },
    },
  },
  'web/main.mjs': web,
  'store/main.mjs': store,
});
expect((await desk.ship()).code).toBe(0);
const production = await desk.environment('production');
const storeUrl = production.residents[0]?.url ?? '';
const storePort = Number(new URL(storeUrl).port);

test('a home restored beside the one that its backup is of has stores of its own, and writes into none of that one', async () => {
  const beside = join(home.scratch, 'beside');
  const file = join(home.scratch, 'backup.tgz');
  await ask(production, '/add/original');
  expect((await desk.run(['backup', file])).code).toBe(0);
  const at = (...args: readonly string[]) => desk.run(args, { env: { DEPLOYER_HOME: beside } });
  expect((await at('restore', file)).code).toBe(0);
  try {
    const address = await until('the copy to run', () => webOf(beside));
    const answer = await until('its store to answer', async () => {
      const text = await (await fetch(`http://${address}/add/copy`)).text();
      return text === 'no store' ? null : text;
    });
    expect(answer).not.toContain('original');
    expect((await ask(production, '/lines')).text).toBe('start,original');
    expect(await frozenUrl(home.home.root)).toBe(storeUrl);
    expect(await frozenUrl(beside)).not.toBe(storeUrl);
    // The edge has a port that users know, so it is no other.
    const port = new URL(production.url ?? '').port;
    await untilTrue('the cause to come first', async () => {
      const { out } = await at('doctor');
      return new RegExp(`✗ desk/production +Port ${port} of the edge is in use by another`).test(out);
    });
  } finally {
    expect((await at('stop', '--all')).code).toBe(0);
  }
  expect(await processesOf(beside, { graceMs: 15_000 })).toEqual([]);
}, 180_000);

test('while another program has the port of a store, what needs it is not started, and status says whose port that is', async () => {
  expect((await desk.run(['stop', '--all'])).code).toBe(0);
  const asked: string[] = [];
  {
    await using _stranger = await listening(storePort, (path) => asked.push(path));
    const { trouble } = await until('it to be said', async () => {
      const now = await desk.environment('production');
      return now.trouble.some((each) => each.startsWith(`Port ${storePort} of store is in use`)) ? now : null;
    });
    // What users may meet comes before the cause, and the cause before what follows from it.
    const told = trouble.join('\n');
    expect(told).toContain(`ss -ltnp 'sport = :${storePort}'`);
    expect(told).toMatch(
      /is in use[^]*production-1 is not started while store, which it needs, does not run/,
    );
    expect(await webOf(home.home.root)).toBeNull();
  }
  await untilTrue('all to be back', async () => {
    const now: EnvironmentView = await desk.environment('production');
    return now.trouble.length === 0;
  });
  expect((await ask(production, '/lines')).text).toBe('start');
  expect(asked).toEqual([]);
}, 180_000);

/** Where the web component of a home is asked, past its edge; null: it does not run. */
async function webOf(root: string): Promise<string | null> {
  const ref = { integration: 'desk', environment: 'production', deployment: 'production-1' };
  const supervisor = await livingSupervisor(deploymentFolder(root, ref));
  if (supervisor === null) return null;
  const seen = await new SupervisorClient(supervisor).observation(AbortSignal.timeout(5000));
  return seen?.endpoints[0] ?? null;
}

async function frozenUrl(root: string): Promise<string | undefined> {
  const ref = { integration: 'desk', environment: 'production', deployment: 'production-1' };
  const { preparation } = deploymentFolder(root, ref);
  const { urls } = JSON.parse(await readFile(preparation, 'utf8')) as {
    readonly urls: Readonly<Record<string, string>>;
  };
  return urls['store'];
}

async function listening(port: number, onAsked: (path: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    onAsked(request.url ?? '');
    response.end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
