import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { EnvironmentDefinition, IntegrationDefinition } from '../core/definition/integration.ts';
import { isMapping } from './draft.ts';
import { specJsonSchema, type JsonSchema } from './json-schema.ts';
import { loadSpec } from './load.ts';

const minimal = `deployer: 1
integration: { key: desk }
components:
  web: { role: service, path: ., run: node main.js, port: 8080, public: true }
environments:
  dev: {}
  production: { approval: { approvers: [ops@example.com] } }
`;

function define(text: string): IntegrationDefinition {
  const { definition, problems } = loadSpec({ text, file: 'deployer.yaml', folder: 'apps/desk/' });
  if (definition === null) throw new Error(JSON.stringify(problems, null, 2));
  return definition;
}

function environment(definition: IntegrationDefinition, name: string): EnvironmentDefinition {
  const found = definition.environments.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no environment ${name}`);
  return found;
}

test('the shortest file gets every default', () => {
  const shapes = { web: { replicas: 1, env: {}, resources: { cpuMillis: null, memoryBytes: null } } };
  const edge = { port: null, cert: null, key: null, workers: 1 };
  const common = { target: 'process', mirrors: null, differs: {}, strategy: 'blue-green', shapes, edge };
  const noPolicy = {
    gates: [],
    approval: null,
    approvalNone: null,
    uat: null,
    watch: null,
    performance: null,
    buildGates: [],
    self: null,
  };
  expect(define(minimal)).toEqual({
    key: 'desk',
    name: 'desk',
    emoji: '💬',
    owners: [],
    folder: 'apps/desk',
    also: [],
    trigger: { branch: 'main', to: 'production' },
    nodeVersion: null,
    components: [
      {
        name: 'web',
        role: 'service',
        path: '.',
        build: null,
        run: 'node main.js',
        dockerfile: null,
        port: 8080,
        isPublic: true,
        health: { ready: null, live: null, run: null, seconds: 30 },
        needs: [],
        activation: 'always',
        overlap: false,
        drainMs: 30_000,
        exclude: [],
      },
    ],
    agent: null,
    setup: null,
    suites: {},
    performance: null,
    environments: [
      {
        ...common,
        name: 'dev',
        isLast: false,
        policy: { ...noPolicy, keepPreviousMs: 600_000, users: 'internal' },
      },
      {
        ...common,
        name: 'production',
        isLast: true,
        policy: {
          ...noPolicy,
          approval: { count: 1, approvers: ['ops@example.com'] },
          keepPreviousMs: 3_600_000,
          users: 'external',
        },
      },
    ],
  });
});

test('a worker starts when live, and without a port it is ready after three seconds alive', () => {
  const [, worker, slow] = define(
    minimal.replace(
      'environments:',
      `  jobs: { role: worker, path: jobs, run: node jobs.js }
  slow: { role: worker, path: jobs, run: node jobs.js, active: always, health: { run: test -e up } }
environments:`,
    ),
  ).components;
  expect(worker).toMatchObject({ activation: 'when-live', health: { run: null, seconds: 3 } });
  expect(slow).toMatchObject({ activation: 'always', health: { run: 'test -e up', seconds: 30 } });
});

function gatesOf(text: string): readonly string[] | undefined {
  return define(text).environments[0]?.policy.buildGates;
}

test('a suite named unit is the gate of the build, unless the build names its own', () => {
  const withUnit = minimal.replace('environments:', 'tests: { unit: { run: npm test } }\nenvironments:');
  expect(gatesOf(withUnit)).toEqual(['unit']);
  expect(gatesOf(withUnit.replace('tests:', 'build: { gates: [] }\ntests:'))).toEqual([]);
});

test('suites take over timeout and variables of tests, their own going first', () => {
  const { suites, setup } = define(
    minimal.replace(
      'environments:',
      `tests:
  setup: npm ci
  timeout: 5m
  env: { A: 1, B: 2 }
  unit: { run: npm test }
  slow: { run: npm run slow, timeout: 1h, env: { B: 3, C: true }, report: ./reports//slow.xml, writes: false }
environments:`,
    ),
  );
  expect(setup).toEqual({ run: 'npm ci', timeoutMs: 300_000, env: { A: '1', B: '2' } });
  expect(suites).toEqual({
    unit: {
      name: 'unit',
      run: 'npm test',
      report: null,
      writes: true,
      timeoutMs: 300_000,
      env: { A: '1', B: '2' },
    },
    slow: {
      name: 'slow',
      run: 'npm run slow',
      report: 'reports/slow.xml',
      writes: false,
      timeoutMs: 3_600_000,
      env: { A: '1', B: '3', C: 'true' },
    },
  });
});

const layered = `deployer: 1
integration: { key: desk }
components:
  web: { role: service, path: web, run: a, port: 80, public: true, build: make, env: { A: c, B: c, C: c }, resources: { cpu: 1, memory: 1Gi } }
  agent: { role: agent, path: agent, run: b, port: 80 }
environments:
  dev: { users: external }
  staging: { mirrors: production, replicas: 1, differs: { replicas: cost } }
  production:
    replicas: 2
    env: { B: e, C: e }
    resources: { memory: 2Gi }
    gates: [rollback-rehearsal]
    keepPrevious: 5s
    watch: { seconds: 90, errorRate: 0.1 }
    approval: { none: internal tool, self: team of one }
    components: { agent: { replicas: 3 }, web: { env: { C: o }, resources: { cpu: 250m } } }
`;

test('values of component, environment and override lie over each other', () => {
  const { shapes } = environment(define(layered), 'production');
  expect(shapes).toEqual({
    web: {
      replicas: 2,
      env: { A: 'c', B: 'e', C: 'o' },
      resources: { cpuMillis: 250, memoryBytes: 2 * 2 ** 30 },
    },
    agent: {
      replicas: 3,
      env: { B: 'e', C: 'e' },
      resources: { cpuMillis: null, memoryBytes: 2 * 2 ** 30 },
    },
  });
  expect(define(layered).components[0]?.build?.env).toEqual({ A: 'c', B: 'c', C: 'c' });
});

test('mirroring copies the shape and no policy, and own replicas do not undo those of a component', () => {
  const definition = define(layered);
  const staging = environment(definition, 'staging');
  const production = environment(definition, 'production');
  expect(staging.shapes).toEqual({ ...production.shapes, web: { ...production.shapes['web'], replicas: 1 } });
  expect(staging.policy).toEqual({
    gates: [],
    approval: null,
    approvalNone: null,
    uat: null,
    watch: null,
    performance: null,
    buildGates: [],
    keepPreviousMs: 600_000,
    self: null,
    users: 'internal',
  });
});

test('the former deployment is kept at least as long as the watch lasts', () => {
  expect(environment(define(layered), 'production').policy.keepPreviousMs).toBe(90_000);
});

test('no approval, and deciding oneself, keep their reasons', () => {
  const { approval, approvalNone, self } = environment(define(layered), 'production').policy;
  expect({ approval, approvalNone, self }).toEqual({
    approval: null,
    approvalNone: 'internal tool',
    self: 'team of one',
  });
});

test.each([
  ['the gate alone', 'gates: [uat]', [], []],
  [
    'the section alone',
    'uat: { testers: [qa@example.com], scenarios: [a refund] }',
    ['qa@example.com'],
    ['a refund'],
  ],
  ['both', 'gates: [uat], uat: {}', [], []],
])('UAT is asked for by %s', (_, keys, testers, scenarios) => {
  const { policy } = environment(define(minimal.replace('dev: {}', `dev: { ${keys} }`)), 'dev');
  expect(policy.uat).toEqual({ testers, scenarios });
  expect(policy.gates).toEqual(['uat']);
});

test.each([
  [
    'the own path',
    'port: 80, health: { ready: /ok }',
    '{ seconds: 5, probe: { path: /own }, errorRate: 0 }',
    '/own',
  ],
  [
    'readiness of the public component',
    'port: 80, health: { ready: /ok }',
    '{ seconds: 5, errorRate: 0 }',
    '/ok',
  ],
  ['the root', 'port: 80', '{ seconds: 5, errorRate: 0 }', '/'],
])('the prober asks for %s', (_, web, watch, probePath) => {
  const text = minimal.replace('port: 8080', web).replace('dev: {}', `dev: { watch: ${watch} }`);
  expect(environment(define(text), 'dev').policy.watch).toEqual({
    seconds: 5,
    minRequests: 20,
    probePath,
    errorRate: 0,
    p95Ms: null,
  });
});

/** Every section is there, so that each default has a place to stand. */
const full = parse(`
deployer: 1
integration: { key: desk }
trigger: {}
runtimes: {}
components:
  web: { role: service, path: ., run: a, build: b, port: 80, public: true, health: {}, env: {}, resources: {} }
  jobs: { role: worker, path: ., run: a }
agent: { model: { provider: p, id: m }, state: { writes: 1 } }
tests:
  setup: s
  unit: { run: u }
  performance: { load: { path: /, rate: 1, durationSeconds: 1 }, limits: { p95Ms: 1 } }
environments:
  dev: { gates: [performance], uat: {}, edge: {}, components: { web: {} } }
  production: { approval: { approvers: [ops@example.com] }, watch: { seconds: 1, p95Ms: 1 } }
`) as unknown;

interface DocumentedDefault {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Defaults of the schema at each place where \`value\` has the mapping around them but not the key itself. */
function defaultsIn(
  field: JsonSchema,
  value: unknown,
  path: readonly string[] = [],
): readonly DocumentedDefault[] {
  if (!isMapping(value)) return [];
  const known = Object.entries(field.properties ?? {}).flatMap(([key, child]) => {
    if (Object.hasOwn(value, key)) return defaultsIn(child, value[key], [...path, key]);
    return child.default === undefined ? [] : [{ path: [...path, key], value: child.default }];
  });
  const { additionalProperties: others } = field;
  if (typeof others !== 'object') return known;
  const names = Object.keys(value).filter((key) => !Object.hasOwn(field.properties ?? {}, key));
  return [...known, ...names.flatMap((name) => defaultsIn(others, value[name], [...path, name]))];
}

function withValue(root: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined || !isMapping(root)) return value;
  return { ...root, [key]: withValue(root[key], rest, value) };
}

const documented = defaultsIn(specJsonSchema(), full);
// `overlap` may only be written on a worker, even with the value that it has anyway.
const writable = documented.filter(({ path }) => path.join('.') !== 'components.web.overlap');

test('defaults are documented throughout', () => {
  expect(documented.length).toBeGreaterThan(30);
});

test.each(writable.map(({ path, value }) => [path.join('.'), value, path] as const))(
  'writing %s: %j changes nothing, for it is the default',
  (_, value, path) => {
    expect(define(stringify(withValue(full, path, value)))).toEqual(define(stringify(full)));
  },
);

test('a definition has no hole, whatever optional keys are left out', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.boolean()), (coins) => {
      const text = stringify(thinned(parse(layered), coins));
      const { definition } = loadSpec({ text, file: 'deployer.yaml', folder: '.' });
      expect(holesIn(definition)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

/** Leaves out keys at random. */
function thinned(value: unknown, coins: fc.Stream<boolean>): unknown {
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).filter(
    () => coins.next().value === true || coins.next().value === true,
  );
  return Object.fromEntries(entries.map(([key, item]) => [key, thinned(item, coins)]));
}

function holesIn(value: unknown, path = ''): readonly string[] {
  if (value === undefined || Number.isNaN(value)) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => holesIn(item, `${path}.${key}`));
}

test('monitoring is for the last environment and over a minute unless it says otherwise; one that says nothing is none', () => {
  const monitored = `${minimal}monitoring: { alerts: { errorRate: 0.02 }, notify: [{ webhook: https://a.example/x }] }\n`;
  expect(define(monitored).monitoring).toEqual({
    limits: { errorRate: 0.02, p95Ms: null, cpu: null, memory: null, restarts: null },
    windowSeconds: 60,
    minRequests: 20,
    environments: ['production'],
    webhooks: ['https://a.example/x'],
  });
  expect(define(minimal)).not.toHaveProperty('monitoring');
  expect(define(`${minimal}monitoring: { alerts: { windowSeconds: 30 } }\n`)).not.toHaveProperty(
    'monitoring',
  );
});

test('what the file says of compliance and documents stands in the policy of every environment', () => {
  const said = 'compliance: { frameworks: [GDPR] }\ndocumentation: { files: [README.md] }\n';
  const { compliance, documentation, environments } = define(`${minimal}${said}`);
  expect(documentation).toEqual({ files: ['README.md'], interface: [] });
  for (const { policy } of environments) expect(policy).toMatchObject({ compliance, documentation });
});
