import { expect, test } from 'vitest';

import { placeText } from '../../src/questionnaire/findings/finding.ts';
import { findingsOf } from '../../src/questionnaire/findings/findings-of.ts';
import { survey } from '../../src/questionnaire/findings/survey.ts';
import type { Files } from '../scratch-repository.ts';
import { listingOf } from './shapes/listing-of.ts';
import { monorepo } from './shapes/monorepo.ts';
import { nodeAgent } from './shapes/node-agent.ts';
import { pythonAgent } from './shapes/python-agent.ts';
import { sixServices } from './shapes/six-services.ts';

function foundIn(files: Files): readonly string[] {
  const findings = findingsOf(survey(listingOf(files), { branch: 'main' }));
  return findings.map(({ kind, what, at, sure }) => `${kind}: ${what} (${placeText(at)}, ${sure})`);
}

test('of a Node agent everything that decides its deployment is found, with its place', () => {
  expect(foundIn(nodeAgent)).toEqual([
    'code: Node package `@acme/support-bot`, npm (package.json, certain)',
    'agent: OpenAI SDK (`openai`) (package.json:15, certain)',
    'agent: model `gpt-4o-mini` (src/agent.ts:5, likely)',
    'agent: prompts `prompts/*.md` (prompts/refunds.md, likely)',
    'agent: definitions of tools `tools/*.json` (tools/lookup_order.json, likely)',
    'container: image on `node:22-slim`, starts `node dist/server.js`, port 3000 (Dockerfile:11, certain)',
    'start: started with `npm start` (package.json:9, certain)',
    'test: unit tests `npm test`, JUnit XML (package.json:10, certain)',
    'test: end-to-end tests `npm run test:e2e` (package.json:11, certain)',
    'health: takes its port from `PORT` (src/server.ts:9, likely)',
    'health: says that it is ready at `/readyz` (src/server.ts:7, likely)',
    'health: says that it is alive at `/healthz` (src/server.ts:6, likely)',
    'configuration: 3 variables: `OPENAI_API_KEY`, `LOG_LEVEL`, `UNUSED` (.env.example, certain)',
    'delivery: GitHub Actions (.github/workflows/ci.yml, certain)',
    'documentation: `README.md` (README.md, certain)',
    'people: owner `lead@example.com` (.github/CODEOWNERS:1, likely)',
  ]);
});

test('of a Python agent its framework says how it starts, and its Dockerfile where it listens', () => {
  const found = foundIn(pythonAgent);
  expect(found).toEqual(
    expect.arrayContaining([
      'code: Python package `claims-assistant`, pip (pyproject.toml, certain)',
      'agent: LangGraph (`langgraph`) (pyproject.toml:8, certain)',
      'agent: LangChain (`langchain-anthropic`) (pyproject.toml:9, certain)',
      'agent: model `claude-sonnet-4-5` (app/graph.py:1, likely)',
      'agent: prompts `app/prompts/*.md` (app/prompts/system.md, likely)',
      'start: started with `python3 -m uvicorn app.main:app --host "$HOST" --port "$PORT"` (app/main.py:5, likely)',
      'test: unit tests `.venv/bin/python -m pytest`, JUnit XML (tests/test_claims.py, likely)',
      'health: says that it is ready at `/health` (app/main.py:8, likely)',
      'delivery: GitLab CI (.gitlab-ci.yml, certain)',
      'infrastructure: Kubernetes manifests (k8s/deployment.yaml, certain)',
    ]),
  );
});

test('of a compose file every service is found, those of images as well', () => {
  const found = foundIn(sixServices).filter((line) => line.startsWith('container: service'));
  expect(found).toEqual([
    'container: service `gateway`, port 8080, health check `/healthz` (compose.yaml:5, certain)',
    'container: service `agent`, port 8080 (compose.yaml:20, certain)',
    'container: service `mcp`, port 8080 (compose.yaml:32, certain)',
    'container: service `digest` (compose.yaml:38, certain)',
    'container: service `db` of image `postgres:18` (compose.yaml:45, certain)',
    'container: service `queue` of image `redis:8` (compose.yaml:50, certain)',
  ]);
});

test('of a monorepo each package is found, and what is read from the environment', () => {
  const found = foundIn(monorepo);
  expect(found.filter((line) => line.startsWith('code:'))).toHaveLength(4);
  expect(found).toContain('agent: Vercel AI SDK (`ai`) (apps/planner/package.json:7, certain)');
  expect(found).toContain('health: takes its port from `API_PORT` (apps/api/src/main.ts:2, likely)');
  expect(found).toContain('documentation: `docs/**` (docs/guide.md, certain)');
});

test.each(['deployment.yaml', 'gitops/prod/app.yaml', 'overlays/prod/app.yml', 'k8s/app.yaml'])(
  'a manifest of Kubernetes is one by what it says, wherever it is: %s',
  (path) => {
    const files = {
      [path]: 'apiVersion: apps/v1\nkind: Deployment\n',
      'settings.yaml': 'kind: Deployment\n',
    };
    expect(foundIn(files)).toEqual([`infrastructure: Kubernetes manifests (${path}, certain)`]);
  },
);

test('tools are found in a list at the top, and likely in code that registers them', () => {
  const tool = JSON.stringify([{ name: 'find', input_schema: { type: 'object' } }]);
  const found = foundIn({
    'package.json': '{}',
    'tools.json': tool,
    'src/server.ts':
      "server.tool('lookup', {});\nserver.registerTool(\n  'refund', {});\n// server.tool('old')\n",
    'py/pyproject.toml': '[project]\nname = "py"\n',
    'py/app.py': '@mcp.tool()\nasync def search(text: str):\n  pass\n\n@tool\ndef count():\n  pass\n',
  });
  expect(found).toEqual(
    expect.arrayContaining([
      'agent: definitions of tools `tools.json` (tools.json, likely)',
      'agent: tools in code `lookup`, `refund` (src/server.ts:1, likely)',
      'agent: tools in code `search`, `count` (py/app.py:2, likely)',
    ]),
  );
});

test('the port and the health check of a compose service are said', () => {
  const service =
    'build: ., ports: ["80:8080"], healthcheck: { test: curl -f http://localhost:8080/healthz }';
  expect(foundIn({ 'compose.yaml': `services: { app: { ${service} } }\n` })).toContain(
    'container: service `app`, port 8080, health check `/healthz` (compose.yaml:1, certain)',
  );
});

test('an empty folder has nothing to be found', () => {
  expect(foundIn({})).toEqual([]);
});

test.each<[what: string, files: Files]>([
  ['JSON that is none', { 'package.json': '{ "name": ' }],
  [
    'a manifest of another shape',
    { 'package.json': '[1, 2]', 'a/package.json': '{"scripts": 7, "dependencies": []}' },
  ],
  ['YAML that is none', { 'compose.yaml': 'services: {a: [', 'k8s/x.yaml': 'kind: {{ .Values.kind }}\n' }],
  ['a compose file without services', { 'compose.yaml': 'services: 7\n' }],
  [
    'services of other shapes',
    { 'compose.yaml': 'services: { a: null, b: 3, c: { build: [1], ports: x } }\n' },
  ],
  [
    'aliases that grow',
    {
      'compose.yaml': `a: &a [1]\n${'bcdefgh'
        .split('')
        .map((x, i) => `${x}: &${x} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)
        .join('\n')}\nservices: {}\n`,
    },
  ],
  ['a Dockerfile without a stage', { Dockerfile: '# nothing\nRUN x \\\n' }],
  ['TOML that is none', { 'pyproject.toml': '[project\nname = \ndependencies = [\n"a", ' }],
  [
    'files with nothing in them',
    { 'package.json': '', 'go.mod': '', 'pom.xml': '', 'Cargo.toml': '', Procfile: '' },
  ],
])('what cannot be read is not there, and breaks nothing: %s', (_what, files) => {
  expect(() => foundIn(files)).not.toThrow();
});
