import { expect, test } from 'vitest';

import type { PreparedComponent } from '../../../core/places/target.ts';
import type { Surroundings } from '../runtime.ts';
import { componentEnv } from './component-env.ts';

const surroundings: Surroundings = {
  base: { PATH: '/usr/bin', HOME: '/home/u', LANG: 'C', TMPDIR: '/tmp' },
  path: [],
  host: '127.0.0.1',
  data: null,
};
const inputs = {
  deployment: {
    integration: 'triage-desk',
    environment: 'staging',
    deployment: 'staging-4',
    release: 'sha256:ab',
  },
  surroundings,
  component: preparedComponent('gateway'),
  secrets: {},
  port: 20_001,
  urls: { 'order-tools': 'http://127.0.0.1:1', agent: 'http://127.0.0.1:2' },
};

test('a component gets the recorded base, its own values and what Deployer assigns, and nothing else', () => {
  const component = preparedComponent('gateway', {
    needs: ['order-tools', 'digest'],
    env: { LOG_LEVEL: 'info' },
  });
  expect(componentEnv({ ...inputs, component })).toEqual({
    ...surroundings.base,
    LOG_LEVEL: 'info',
    PORT: '20001',
    HOST: '127.0.0.1',
    DEPLOYER_RELEASE: 'sha256:ab',
    DEPLOYER_DEPLOYMENT: 'staging-4',
    DEPLOYER_ENVIRONMENT: 'staging',
    ORDER_TOOLS_URL: 'http://127.0.0.1:1',
  });
});

test('what Deployer assigns wins over what a component sets for itself; the recorded base does not', () => {
  const component = preparedComponent('gateway', {
    needs: ['agent'],
    env: { PORT: '80', HOST: '0.0.0.0', AGENT_URL: 'http://elsewhere', LANG: 'de_DE.UTF-8' },
  });
  expect(componentEnv({ ...inputs, component })).toMatchObject({
    PORT: '20001',
    HOST: '127.0.0.1',
    AGENT_URL: 'http://127.0.0.1:2',
    LANG: 'de_DE.UTF-8',
  });
});

test('a component without a port has no PORT', () => {
  expect(componentEnv({ ...inputs, port: null })).not.toHaveProperty('PORT');
});

test.for([
  [{ PATH: '/usr/bin' }, '/opt/node:/usr/bin'],
  [{}, '/opt/node'],
] as const)("Deployer's own Node comes first on PATH: %j", ([base, PATH]) => {
  const around = { ...surroundings, base, path: ['/opt/node'] };
  expect(componentEnv({ ...inputs, surroundings: around })).toMatchObject({ PATH });
});

test('a component is told which address it listens on, and where what it keeps lies', () => {
  const around: Surroundings = { ...surroundings, host: '0.0.0.0', data: '/data' };
  expect(componentEnv({ ...inputs, surroundings: around })).toMatchObject({
    HOST: '0.0.0.0',
    DATA_DIR: '/data',
  });
});

/** A component for tests: one replica that serves, unless told otherwise. */
function preparedComponent(
  name: string,
  given: Partial<PreparedComponent> & { readonly env?: Readonly<Record<string, string>> } = {},
): PreparedComponent {
  const { env = {}, ...own } = given;
  return {
    name,
    role: 'service',
    path: name,
    build: null,
    run: 'node main.mjs',
    dockerfile: null,
    port: 8080,
    isPublic: false,
    health: { ready: '/ready', live: null, run: null, seconds: 10 },
    needs: [],
    activation: 'always',
    overlap: false,
    drainMs: 1000,
    exclude: [],
    artifact: 'sha256:00',
    shape: { replicas: 1, env, resources: { cpuMillis: null, memoryBytes: null } },
    ...own,
  };
}
