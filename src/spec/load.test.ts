import { expect, test } from 'vitest';
import { loadSpec, maxSpecBytes, readIntegrationKey, type LoadedSpec } from './load.ts';
import { exampleSpec } from './manual-example.ts';

function load(text: string): LoadedSpec {
  return loadSpec({ text, file: 'deployer.yaml', folder: '.' });
}

test('problems of syntax, schema and rules come together, in the order of the file', () => {
  const text = `deployer: 1
integration: { key: Desk }
components:
  web: { role: service, path: web, run: node main.js, port: 8080, needs: [wob] }
  web: {}
environments:
  dev: { gates: [e2e], target: proces }
  production: {}
`;
  const { definition, problems } = load(text);
  expect(definition).toBeNull();
  expect(problems.map(({ line, path }) => `${line} ${path}`)).toEqual([
    '2 integration.key',
    '3 components',
    '4 components.web.needs[0]',
    '5 components.web',
    '7 environments.dev.gates[0]',
    '7 environments.dev.target',
    '8 environments.production.approval',
  ]);
});

test('a problem names the file as the caller named it', () => {
  const { problems } = loadSpec({ text: '', file: 'apps/desk/deployer.yaml', folder: 'apps/desk' });
  expect(problems).toMatchObject([{ file: 'apps/desk/deployer.yaml', line: 1, column: 1, path: '' }]);
});

test('a warning does not stop a ship', () => {
  const { definition, problems } = load(exampleSpec.replace('errorRate: 0.02, p95Ms: 400', 'minRequests: 5'));
  expect(problems.map(({ severity }) => severity)).toEqual(['warning']);
  expect(definition?.key).toBe('triage-desk');
});

test('where the syntax breaks, what stands before it is judged and nothing is said to be missing', () => {
  const { problems } = load('deployer: 2\nintegration: { key: desk, nam: Desk }\ncomponents: {\n');
  expect(problems.map(({ line, path }) => `${line} ${path}`)).toEqual([
    '1 deployer',
    '2 integration.nam',
    '4 ',
  ]);
});

test('an anchor serves several components, and a fault in it is shown where it is written', () => {
  const text = exampleSpec
    .replace('resources: { cpu: 500m, memory: 256Mi }', 'resources: &small { cpu: 500m, memory: 256 MB }')
    .replace('agent: { role: agent,', 'agent: { role: agent, resources: *small,');
  const { problems } = load(text);
  expect(problems.map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
    '16:44 components.gateway.resources.memory',
    '16:44 components.agent.resources.memory',
  ]);
  expect(
    load(text.replace('256 MB', '256Mi')).definition?.environments[0]?.shapes['agent']?.resources,
  ).toEqual({
    cpuMillis: 500,
    memoryBytes: 256 * 2 ** 20,
  });
});

test('aliases that multiply, or name themselves, end in a problem', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    .concat(
      ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map(
        (name, index) => `${name}: &${name} [${`*${'abcdefghij'[index]}, `.repeat(9)}]`,
      ),
    )
    .join('\n');
  expect(load(bomb).problems.map(({ message }) => message)).toContain(
    'The file follows more than 100 aliases.',
  );
  expect(load('a: &a [*a, *a]').problems.map(({ message }) => message)).toContain(
    'The file nests deeper than 32 levels.',
  );
});

test('a file too large to be a definition is not read', () => {
  const text = `${exampleSpec}# ${'x'.repeat(maxSpecBytes)}\n`;
  expect(load(text)).toMatchObject({
    definition: null,
    problems: [{ message: 'The file is larger than 64 KiB.' }],
  });
  expect(readIntegrationKey(text)).toBeNull();
});

test('a byte order mark and Windows line ends are read over', () => {
  expect(load(`\uFEFF${exampleSpec.replaceAll('\n', '\r\n')}`).problems).toEqual([]);
});

test('a component named like a property of every object is looked up like any other', () => {
  const text = exampleSpec.replace(
    '  agent: { role',
    '  constructor: { role: service, path: c, run: c }\n  agent: { role',
  );
  const { definition } = load(text);
  expect(definition?.environments[0]?.shapes['constructor']).toMatchObject({ replicas: 1, env: {} });
  expect(load(exampleSpec.replace('needs: [agent]', 'needs: [constructor]')).problems).toMatchObject([
    { message: 'There is no component `constructor`.' },
  ]);
});

test.each([
  ['the rest is invalid', 'integration: { key: desk, colour: red }\nenvironments: 5\n'],
  ['the syntax breaks later', 'integration:\n  key: desk\ncomponents: [\n'],
  ['the syntax breaks before', 'components: { a: b: c }\nintegration: { key: desk }\n'],
  ['the mapping is not closed', 'integration: { key: desk\n'],
])('the key is read though %s', (_, text) => {
  expect(readIntegrationKey(text)).toBe('desk');
});

test.each([
  '',
  'desk',
  'integration: desk',
  'integration: { key: [desk] }',
  'integration: { key: ../x }',
  '\0',
])('no key is read from %j', (text) => {
  expect(readIntegrationKey(text)).toBeNull();
});
