import * as fc from 'fast-check';
import { posix } from 'node:path';
import { expect, test } from 'vitest';

import type { IntegrationDefinition } from '../../src/core/definition/integration.ts';
import type { Draft } from '../../src/questionnaire/draft/draft.ts';
import { draftOf } from '../../src/questionnaire/draft/draft-of.ts';
import { writeDraft } from '../../src/questionnaire/draft/write-draft.ts';
import { survey } from '../../src/questionnaire/findings/survey.ts';
import { type LoadedSpec, loadSpec } from '../../src/spec/load.ts';
import type { Files } from '../scratch-repository.ts';
import { listingOf } from './shapes/listing-of.ts';
import { monorepo } from './shapes/monorepo.ts';
import { nodeAgent } from './shapes/node-agent.ts';
import { pythonAgent } from './shapes/python-agent.ts';
import { sixServices } from './shapes/six-services.ts';
import { uvServices } from './shapes/uv-services.ts';

const actor = 'ann@example.com';

function draftFrom(files: Files): Draft {
  const draft = draftOf(survey(listingOf(files), { branch: 'main' }), { folderName: 'Some Folder', actor });
  if (draft === null) throw new Error('nothing to deploy');
  return draft;
}

function loaded(files: Files): LoadedSpec {
  const paths = Object.keys(files);
  return loadSpec({
    text: writeDraft(draftFrom(files)),
    file: 'deployer.yaml',
    folder: '.',
    fileExists: (path) => path === '.' || paths.some((each) => each === path || each.startsWith(`${path}/`)),
  });
}

function definitionOf(files: Files): IntegrationDefinition {
  const { definition, problems } = loaded(files);
  if (definition === null) throw new Error(JSON.stringify(problems, null, 2));
  return definition;
}

const shapes: readonly (readonly [string, Files])[] = [
  ['a Node agent', nodeAgent],
  ['a Python agent with a Dockerfile', pythonAgent],
  ['a compose file with six services', sixServices],
  ['a monorepo', monorepo],
  ['a uv project of two services', uvServices],
];

test.each(shapes)('what is written of %s loads, without a warning', (_name, files) => {
  expect(loaded(files)).toMatchObject({ problems: [] });
});

test.each(shapes)(
  'of %s exactly one component is public, and the last environment is approved',
  (_name, files) => {
    const { components, environments } = definitionOf(files);
    expect(components.filter(({ isPublic }) => isPublic)).toHaveLength(1);
    expect(environments.map(({ name }) => name)).toEqual(['dev', 'staging', 'production']);
    expect(environments.at(-1)?.policy.approval).not.toBeNull();
  },
);

test('a Node agent is built and started as its files say, on the port that it is given', () => {
  const { components, agent, suites, setup, nodeVersion, key } = definitionOf(nodeAgent);
  expect({ key, nodeVersion, setup: setup?.run }).toEqual({
    key: 'support-bot',
    nodeVersion: 24,
    setup: 'npm ci',
  });
  expect(components).toMatchObject([
    {
      name: 'agent',
      role: 'agent',
      path: '.',
      build: { run: 'npm ci && npm run build' },
      run: 'node dist/server.js',
      port: 3000,
      health: { ready: '/readyz', live: '/healthz' },
      exclude: ['deployer.yaml', 'deployment/**'],
    },
  ]);
  expect(agent).toMatchObject({
    prompts: ['prompts/*.md'],
    tools: ['tools/*.json'],
    model: { provider: 'openai', id: 'gpt-4o-mini' },
  });
  expect(suites['unit']).toMatchObject({ report: 'reports/unit.xml' });
  expect(suites['e2e']).toMatchObject({ run: 'export BASE_URL="$DEPLOYER_URL" && npm run test:e2e' });
});

test('a secret that the sources read is a reference, and never its value; what they do not read is left out', () => {
  const { environments } = definitionOf(nodeAgent);
  expect(environments[0]?.shapes['agent']?.env).toEqual({
    OPENAI_API_KEY: 'secret://local/agent#OPENAI_API_KEY',
  });
  expect(writeDraft(draftFrom(sixServices))).not.toContain('app:secret');
});

test('no value that lets anybody in is copied, whatever its variable is called', () => {
  const env = {
    CACHE: 'redis://:s3cret-1@queue:6379',
    SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/s3cret-2',
    TEAM_WEBHOOK: 'https://alerts.example.com/s3cret-3',
    SEARCH: 'https://search.example.com/v1?api_key=s3cret-4',
    TOOLS: 'http://s3cret-5@mcp:8080/v1',
    REDIS_URL: 'redis://queue:6379/0',
    NOTIFY_WEBHOOK_URL: 'http://mcp:8080/notify',
  };
  const compose = JSON.stringify({
    services: {
      desk: { build: './gateway', ports: ['8080:8080'], environment: env },
      mcp: { build: './mcp' },
      queue: { image: 'redis:8' },
    },
  });
  const files = { ...sixServices, 'compose.yaml': compose };
  expect(writeDraft(draftFrom(files))).not.toContain('s3cret');
  const { components, environments } = definitionOf(files);
  const kept = ['CACHE', 'SLACK_WEBHOOK_URL', 'TEAM_WEBHOOK', 'SEARCH', 'TOOLS'];
  expect(environments[0]?.shapes['desk']?.env).toEqual({
    ...Object.fromEntries(kept.map((name) => [name, `secret://local/desk#${name}`])),
    REDIS_URL: 'redis://127.0.0.1:6379/0',
  });
  // What leads to another component is its route, not a secret.
  expect(components[0]?.run).toContain('NOTIFY_WEBHOOK_URL="$MCP_URL/notify"');
});

test('owners that the repository names approve, and not whoever asked for the draft', () => {
  expect(draftFrom(nodeAgent).approval).toEqual({
    approvers: ['lead@example.com'],
    self: null,
    because: 'the owners by .github/CODEOWNERS:1',
  });
  const alone = draftFrom({ ...nodeAgent, '.github/CODEOWNERS': `* ${actor}\n` });
  expect(alone.approval).toMatchObject({ approvers: [actor], self: expect.stringContaining('nobody else') });
});

test('a command for a container is one for this machine: a port of its own, and packages beside the sources', () => {
  expect(definitionOf(pythonAgent).components).toMatchObject([
    {
      name: 'agent',
      role: 'agent',
      build: { run: 'python3 -m pip install --quiet --target .packages -r requirements.txt' },
      run: 'PYTHONPATH=.packages python3 -m uvicorn app.main:app --host "$HOST" --port "$PORT"',
      port: 8000,
      health: { ready: '/health' },
    },
  ]);
});

test('of six services the four with sources are components, each knowing whom it asks', () => {
  const { components, environments } = definitionOf(sixServices);
  expect(components.map(({ name, role, needs, isPublic }) => ({ name, role, needs, isPublic }))).toEqual([
    { name: 'gateway', role: 'api-gateway', needs: ['agent', 'mcp'], isPublic: true },
    { name: 'agent', role: 'agent', needs: ['mcp'], isPublic: false },
    { name: 'mcp', role: 'tools', needs: [], isPublic: false },
    { name: 'digest', role: 'worker', needs: ['agent'], isPublic: false },
  ]);
  expect(components.map(({ run }) => run)).toEqual([
    'TOOLS_ENDPOINT="$MCP_URL/v1" npm start',
    'node server.js',
    'node server.js',
    'node worker.js --every 60',
  ]);
  expect(environments[0]?.shapes['gateway']?.env).toEqual({ LOG_LEVEL: 'info' });
  expect(environments[0]?.shapes['agent']?.env).toEqual({
    ANTHROPIC_API_KEY: 'secret://local/agent#ANTHROPIC_API_KEY',
    DATABASE_URL: 'secret://local/agent#DATABASE_URL',
  });
});

test('what the target cannot run is said, with its place', () => {
  const { leftOut } = draftFrom(sixServices);
  expect(leftOut).toHaveLength(3);
  expect(leftOut[0]).toContain('`db` (postgres:18, compose.yaml:45)');
  expect(writeDraft(draftFrom(sixServices))).toContain('# `db` (postgres:18');
});

test('programs of a workspace run with what is installed at its root, each in its own folder', () => {
  const { components } = definitionOf(monorepo);
  expect(components.map(({ name, role, path, run, needs }) => ({ name, role, path, run, needs }))).toEqual([
    {
      name: 'api',
      role: 'api-gateway',
      path: '.',
      run: 'cd apps/api && API_PORT="$PORT" npm start',
      needs: ['planner'],
    },
    { name: 'planner', role: 'agent', path: '.', run: 'cd apps/planner && npm start', needs: [] },
  ]);
  expect(components.map(({ build }) => build?.run)).toEqual([
    'npm ci && npm run build',
    'npm ci && npm run build',
  ]);
});

test('a command finds its file where the sources have it, and packages where they were installed', () => {
  const { components, setup } = definitionOf(uvServices);
  const uv = 'uv export --quiet --frozen --no-dev --no-emit-project --output-file .packages.txt';
  expect(components.map(({ name, run, build }) => ({ name, run, build: build?.run }))).toEqual([
    {
      name: 'desk-service',
      run: 'cd src && PYTHONPATH=../.packages python3 run_service.py',
      build: `${uv} && uv pip install --quiet --target .packages -r .packages.txt`,
    },
    {
      name: 'desk-app',
      run:
        'cd src && PYTHONPATH=../.packages AGENT_URL="$DESK_SERVICE_URL" ' +
        'python3 -m streamlit run front.py --server.address "$HOST" --server.port "$PORT"',
      build: `${uv} && uv pip install --quiet --target .packages -r .packages.txt`,
    },
  ]);
  expect(setup?.run).toBe('uv sync --quiet --frozen');
});

test('of an example of variables comments and placeholders are no values, and what several read is one secret', () => {
  const { environments } = definitionOf(uvServices);
  const env = { OPENAI_API_KEY: 'secret://local/shared#OPENAI_API_KEY', LOG_LEVEL: 'info' };
  expect(environments[0]?.shapes['desk-service']?.env).toEqual(env);
  expect(environments[0]?.shapes['desk-app']?.env).toEqual(env);
});

test('Node is lent unless a program of the repository refuses it, whatever its examples ask for', () => {
  const engines = (node: string): string => JSON.stringify({ engines: { node }, scripts: { start: 'x' } });
  const withExample = { ...nodeAgent, 'examples/old/package.json': engines('18.x') };
  expect(draftFrom(withExample).lendsNode).toBe(true);
  expect(draftFrom({ ...nodeAgent, 'old/package.json': engines('18.x') }).lendsNode).toBe(false);
});

test('of components that ask each other one starts first, and is said not to be told of the other', () => {
  const ask = (other: string): string =>
    `fetch(process.env.${other}_URL);\napp.listen(process.env.PORT || 80);\n`;
  const files = {
    'left/package.json': '{ "scripts": { "start": "node a.js" } }',
    'left/a.js': ask('RIGHT'),
    'right/package.json': '{ "scripts": { "start": "node a.js" } }',
    'right/a.js': ask('LEFT'),
  };
  expect(definitionOf(files).components.map(({ name, needs }) => ({ name, needs }))).toEqual([
    { name: 'left', needs: ['right'] },
    { name: 'right', needs: [] },
  ]);
  expect(draftFrom(files).components[1]?.remarks).toEqual([expect.stringContaining('LEFT_URL')]);
});

test('a program of which nothing says how it starts is said to be left out', () => {
  expect(draftFrom(uvServices).leftOut).toContainEqual(
    expect.stringContaining('`web` (web/package.json) is no component'),
  );
});

test('whatever names and texts stand in a repository, what is written loads and says no more than they are', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      'a: b',
      '# x',
      "it's",
      '"',
      '{{x}}',
      '${HOME}',
      '- a',
      '*a',
      '&a',
      '\u202Eabc',
      'a\nb',
      '@x/y',
      '…',
    ),
  );
  const files = fc
    .record({
      name: odd,
      start: odd,
      test: odd,
      service: odd,
      value: odd,
      folder: odd,
      dependency: odd,
      port: fc.nat(99_999),
    })
    .map(({ name, start, test: tests, service, value, folder, dependency, port }): Files => {
      const place = posix.normalize(folder.replaceAll(/[\0/\\]/g, '_')) || 'x';
      return {
        'package.json': JSON.stringify({
          name,
          scripts: { start, test: tests },
          dependencies: { [dependency]: '1', openai: '1' },
        }),
        [`${place}/package.json`]: JSON.stringify({ name: service, scripts: { start: value } }),
        [`${place}/Dockerfile`]: `FROM x\nEXPOSE ${port}\nCMD ${JSON.stringify([start, value])}\n`,
        'compose.yaml': JSON.stringify({
          services: {
            [service]: { build: `./${place}`, environment: { [name]: value, LOG: value } },
            other: { image: name },
          },
        }),
        CODEOWNERS: `* ${name} a@example.com\n`,
        'prompts/x.md': value,
      };
    });
  fc.assert(
    fc.property(files, (each) => {
      const draft = draftOf(survey(listingOf(each), { branch: null }), { folderName: '', actor });
      if (draft === null) return;
      const { definition, problems } = loadSpec({
        text: writeDraft(draft),
        file: 'deployer.yaml',
        folder: '.',
      });
      const errors = problems.filter(({ severity }) => severity === 'error');
      expect({ errors, text: errors.length === 0 ? '' : writeDraft(draft) }).toEqual({
        errors: [],
        text: '',
      });
      expect(definition?.components.map(({ run }) => run)).toEqual(draft.components.map(({ run }) => run));
    }),
  );
});
