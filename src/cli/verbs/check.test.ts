import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';
import { scratchRepository } from '../../../test/scratch-repository.ts';
import { DeployerError } from '../../errors.ts';

const spec = `deployer: 1
integration: { key: desk, name: Desk, emoji: "🎫" }
trigger: { to: production }
components:
  app: { role: agent, path: app, run: node main.ts, port: 8080, public: true }
tests:
  unit: { run: npm test }
environments:
  dev: { gates: [uat], uat: {} }
  production: { approval: { approvers: [ops@example.com] }, watch: { seconds: 5, errorRate: 0.02 } }
`;

function integration(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  scratchRepository(join(folder, 'desk'), { 'deployer.yaml': text, 'app/main.ts': '' });
  mkdirSync(join(folder, 'home'));
  return folder;
}

test('a good definition is shown as what a ship would do', async () => {
  const folder = integration(spec);
  const { code, out } = await deployer(['check'], {
    home: join(folder, 'home'),
    cwd: join(folder, 'desk', 'app'),
  });
  expect(code).toBe(0);
  expect(out).toContain('✓ 🎫 Desk is valid');
  expect(out).toMatch(/A ship does\n {2}commit {6}checkout {2}build {2}package {2}unit\n {2}dev {9}prepare/);
  expect(out).toMatch(/production {2}approval {2}prepare/);
});

test('without a server nobody can tell whether one could go back, which is no problem', async () => {
  const folder = integration(spec);
  const place = { home: join(folder, 'home'), cwd: join(folder, 'desk') };
  const { code, out } = await deployer(['check', '--json', '--to', 'dev'], place);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    ok: true,
    problems: [],
    plan: [
      { stage: 'checkout' },
      { stage: 'build' },
      { stage: 'package' },
      { stage: 'unit', gates: ['unit'] },
      ...devStages,
    ],
    rollback: [
      { environment: 'dev', ready: null, reasons: [expect.stringContaining('no server runs')] },
      { environment: 'production', ready: null },
    ],
  });
});

const devStages = ['prepare', 'verify', 'switch', 'uat'].map((stage) => ({ stage, environment: 'dev' }));

test('with a server, check says what a rollback would do', async () => {
  const folder = integration(spec);
  const { home } = await stubServer({
    rollbackReadiness: ({ params }) => {
      const environment = params['environment'] ?? '';
      const to = environment === 'dev' ? null : 'production-4';
      return {
        environment,
        from: null,
        to,
        version: '1.3.0',
        warm: true,
        ready: to !== null,
        reasons: ['nothing before it'],
      };
    },
  });
  const { out } = await deployer(['check'], { home, cwd: join(folder, 'desk') });
  expect(out).toMatch(
    /dev {9}not ready nothing before it\n {2}production {2}ready to production-4 \(1\.3\.0\)/,
  );
});

test('an integration that was never shipped has nothing to go back to, which is no problem', async () => {
  const folder = integration(spec);
  const { home } = await stubServer({
    rollbackReadiness: () => {
      throw new DeployerError('integration_not_found', { message: 'unknown', hint: 'deployer ship' });
    },
  });
  const { code, out } = await deployer(['check', '--json'], { home, cwd: join(folder, 'desk') });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    rollback: [{ ready: null, reasons: ['nothing has been shipped yet'] }, {}],
  });
});

test('a contract migration is said beforehand to leave no way back, whatever can be gone back to now', async () => {
  const folder = integration(
    `${spec}migrations: { run: node migrate.ts, kind: contract, files: [migrate.ts] }\n`,
  );
  const place = { home: join(folder, 'home'), cwd: join(folder, 'desk') };
  const { code, out } = await deployer(['check'], place);
  expect(code).toBe(0);
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'once its contract migration has run, there is no way back to what is live now',
  );
  const json = JSON.parse((await deployer(['check', '--json'], place)).out);
  expect(json.plan).toContainEqual({ stage: 'migrate', environment: 'dev', gates: [] });
  expect(json.rollback[0]).toMatchObject({ ahead: expect.stringContaining('contract') });
});

test('what exists once is a stage of the plan, and is said to stay when one goes back', async () => {
  const store = '  store: { role: service, path: app, run: node main.ts, port: 8080, scope: environment }';
  const folder = integration(spec.replace('tests:', `${store}\ntests:`));
  const place = { home: join(folder, 'home'), cwd: join(folder, 'desk') };
  const { code, out } = await deployer(['check'], place);
  expect(code).toBe(0);
  expect(out).toMatch(/production {2}approval {2}residents {2}prepare/);
  expect(out.replaceAll(/\s+/g, ' ')).toContain('store stays as changed: one per environment');
  const json = JSON.parse((await deployer(['check', '--json'], place)).out);
  expect(json.plan).toContainEqual({ stage: 'residents', environment: 'dev', gates: [] });
});

test('an environment that is new in the file is unknown, and the others stay what they are', async () => {
  const folder = integration(spec);
  const { home } = await stubServer({
    rollbackReadiness: ({ params: { environment = '' } }) => {
      if (environment === 'dev') {
        throw new DeployerError('environment_not_found', { message: 'unknown', hint: 'deployer ship' });
      }
      const view = { from: null, to: 'production-4', version: '1.3.0', warm: true, ready: true, reasons: [] };
      return { environment, ...view };
    },
  });
  const { out } = await deployer(['check', '--json'], { home, cwd: join(folder, 'desk') });
  expect(JSON.parse(out)).toMatchObject({
    rollback: [
      { environment: 'dev', ready: null, reasons: ['nothing has been shipped yet'] },
      { environment: 'production', ready: true, to: 'production-4' },
    ],
  });
});

test('every problem is shown with its place, and the exit code is 2', async () => {
  const folder = integration(
    spec.replace('role: agent', 'role: agnet').replace('run: npm test', 'rum: npm test'),
  );
  const place = { home: join(folder, 'home'), cwd: join(folder, 'desk', 'app') };
  const { code, out } = await deployer(['check'], place);
  expect(code).toBe(2);
  expect(out).toContain('../deployer.yaml:5:16  ✗ error');
  expect(out).toContain('../deployer.yaml:7:11  ✗ error');
  expect(out).toMatch(/^✗ 3 errors$/m);
  const json = await deployer(['check', '--json'], place);
  expect(json.code).toBe(2);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, plan: [], parity: [], rollback: [] });
});

test('outside of an integration, the error says where was looked', async () => {
  const folder = integration(spec);
  const { code, err } = await deployer(['check'], { home: join(folder, 'home'), cwd: join(folder, 'home') });
  expect(code).toBe(2);
  expect(err).toContain('There is no deployer.yaml in');
});

test.each([['check'], ['ship']])(
  '%s needs the file itself, so nobody is told to name the integration instead',
  async (verb) => {
    const folder = integration(spec);
    const place = { home: join(folder, 'home'), cwd: join(folder, 'home') };
    const { code, err } = await deployer([verb, '--integration', 'desk'], place);
    expect(code).toBe(2);
    expect(err).toContain('→ Go to the folder of its deployer.yaml');
    expect(err).not.toContain('--integration');
  },
);

test('an environment that is not there cannot be planned for', async () => {
  const folder = integration(spec);
  const place = { home: join(folder, 'home'), cwd: join(folder, 'desk') };
  const { code, err } = await deployer(['check', '--to', 'prod'], place);
  expect(code).toBe(2);
  expect(err).toContain('dev, production');
});

test('a folder in the place of deployer.yaml is said, and not waited for or reported as a bug', async () => {
  const folder = integration(spec);
  rmSync(join(folder, 'desk', 'deployer.yaml'));
  mkdirSync(join(folder, 'desk', 'deployer.yaml'));
  const { code, err } = await deployer(['check'], { home: join(folder, 'home'), cwd: join(folder, 'desk') });
  expect(code).toBe(2);
  expect(err).toContain('deployer.yaml is not a file');
});

test('a secret that is not set is said while a server runs that knows, as a ship would be refused for it', async () => {
  const folder = integration(
    spec.replace(
      'public: true }',
      'public: true, env: { TOKEN: secret://local/model#token, KEY: secret://local/model#key } }',
    ),
  );
  const cwd = join(folder, 'desk');
  const versions = [
    { version: 1, at: '2026-12-07T12:00:00.000Z', by: 'qa@example.com', revoked: null, usedBy: [] },
  ];
  const { home } = await stubServer({
    policies: () => ({ policies: [] }),
    rollbackReadiness: () => {
      throw new DeployerError('integration_not_found', { message: 'No desk here.', hint: 'deployer ship' });
    },
    secrets: ({ query }) =>
      query['after'] === undefined
        ? { secrets: [], next: 'page 2' }
        : { secrets: [{ path: 'model', key: 'key', versions }], next: null },
  });
  const { code, out } = await deployer(['check'], { home, cwd });
  expect(code).toBe(0);
  expect(out).toContain(
    'A ship would be refused\n  ✗ secret model#token is not set, or revoked\n  → deployer secret set model#token',
  );
  expect(out).not.toContain('model#key');
  const json = JSON.parse((await deployer(['check', '--json'], { home, cwd })).out) as unknown;
  expect(json).toMatchObject({ ok: true, unsetSecrets: ['model#token'] });
  const unknown = await deployer(['check', '--json'], { home: join(folder, 'home'), cwd });
  expect(JSON.parse(unknown.out)).toMatchObject({ ok: true, unsetSecrets: null });
});
