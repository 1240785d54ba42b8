import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openProject, shipped } from '../harness/project.ts';
import { ask } from '../harness/users.ts';
import { expectWrittenDown } from './from-init.ts';
import { sixServices } from './shapes/six-services.ts';

const home = await homeOfThisFile();

test('an empty folder becomes an agent in production, with no edit by hand in between', async () => {
  const desk = openProject(home, 'time-desk');
  const begun = await desk.run(['init', '--yes']);
  expect(begun).toMatchObject({ code: 0, out: expect.stringContaining('+ deployment/document.md') });
  const document = (): string => readFileSync(join(desk.folder, 'deployment/document.md'), 'utf8');
  expect(document()).toMatch(/^# Code Deployment Document: .* time-desk Agent Integration\n/);
  expect(await desk.run(['answer', 'rollback.watch', '3s', '--yes'])).toMatchObject({ code: 0 });
  desk.commit({}, { message: 'Deployer' });
  expect(await desk.run(['check'])).toMatchObject({ code: 0 });

  const first = await desk.ship();
  expect(first).toMatchObject({
    code: 3,
    result: { waiting: { kind: 'approval', environment: 'production' } },
  });
  const { stages } = await desk.view(first.run);
  const tested = stages.filter(({ name }) => name === 'unit' || name === 'e2e');
  expect(tested.map(({ environment, reason }) => [environment, reason])).toEqual([
    [null, '2 tests passed'],
    ['dev', '2 tests passed'],
    ['staging', '2 tests passed'],
  ]);

  await desk.run(['approve', first.run]);
  const followed = await shipped(desk.start(['run', first.run, '--follow', '--json']));
  expect(followed).toMatchObject({ code: 0, result: { state: 'succeeded' } });
  expect(await ask(await desk.environment('production'), '/readyz')).toMatchObject({
    status: 200,
    deployment: 'production-1',
  });
  await expectWrittenDown(desk);
});

test('programs of a compose file that need nothing foreign run as they are, each knowing the others', async () => {
  const compose = `services:
  gateway: { build: ./gateway, ports: ["8080:8080"], environment: { UPSTREAM: "http://agent:8080/healthz" } }
  agent: { build: ./agent, expose: ["8080"] }
`;
  const gateway = `require('node:http').createServer(async (request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  response.end('agent says ' + (await (await fetch(process.env.UPSTREAM)).text()));
}).listen(process.env.PORT || 8080);
`;
  const shop = openProject(home, 'shop');
  const { 'agent/server.js': server = '', 'agent/Dockerfile': dockerfile = '' } = sixServices;
  shop.commit({
    'compose.yaml': compose,
    'gateway/package.json': '{ "name": "gateway", "scripts": { "start": "node server.js" } }',
    'gateway/server.js': gateway,
    'gateway/Dockerfile': dockerfile,
    'agent/package.json': '{ "name": "agent", "scripts": { "start": "node server.js" } }',
    'agent/server.js': server,
    'agent/Dockerfile': dockerfile,
    'deployment/document.md': '# How we deploy\n',
  });
  const begun = JSON.parse((await shop.run(['init', '--yes', '--json'])).out) as object;
  expect(begun).toMatchObject({ revision: 1, written: ['deployer.yaml', 'deployment/answers.yaml'] });
  expect(readFileSync(join(shop.folder, 'deployment/document.md'), 'utf8')).toBe('# How we deploy\n');
  shop.commit({}, { message: 'Deployer' });
  expect(await shop.ship('--to', 'dev')).toMatchObject({ code: 0, result: { state: 'succeeded' } });
  expect(await ask(await shop.environment('dev'), '/')).toMatchObject({ status: 200, text: 'agent says ok' });
});
