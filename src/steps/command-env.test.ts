import { expect, test } from 'vitest';

import { commandEnv, suiteEnv } from './command-env.ts';

const baseEnv = { PATH: '/usr/bin', HOME: '/home/dev' };
const candidate = {
  integration: 'desk',
  environment: 'dev',
  deployment: 'dev-3',
  previewUrl: 'https://127.0.0.1:4711',
};
const plain = { baseEnv, own: {}, nodeFolder: null };

test('a command sees the recorded PATH and HOME, and that it runs in CI', () => {
  expect(commandEnv(plain)).toEqual({ ...baseEnv, LANG: 'C.UTF-8', TMPDIR: '/tmp', CI: 'true' });
});

test('nothing else of the caller leaks in, even when it was recorded', () => {
  const leaky = {
    ...baseEnv,
    npm_config_registry: 'x',
    GIT_DIR: '/repository',
    DEPLOYER_TOKEN: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    NODE_OPTIONS: '--inspect',
  };
  expect(commandEnv({ ...plain, baseEnv: leaky })).toEqual(commandEnv(plain));
});

test('proxies and trusted certificates of the caller are kept in the case they were given', () => {
  const network = { https_proxy: 'http://proxy:3128', NO_PROXY: '.example.com', SSL_CERT_FILE: '/ca.pem' };
  expect(commandEnv({ ...plain, baseEnv: { ...baseEnv, ...network } })).toMatchObject(network);
});

test('its own env wins, and the asked-for Node comes first on PATH', () => {
  const env = commandEnv({ baseEnv, own: { CI: 'no', DEBUG: '1' }, nodeFolder: '/deployer/node' });
  expect(env).toMatchObject({ CI: 'no', DEBUG: '1', PATH: '/deployer/node:/usr/bin' });
});

test('a suite at build knows of no deployment', () => {
  const env = suiteEnv(plain, { release: 'sha256:1', candidate: null, caBundle: null });
  expect(env).toEqual({ ...commandEnv(plain), DEPLOYER_RELEASE: 'sha256:1' });
});

test('a suite at a candidate is told where and what it is, and whom to trust', () => {
  const own = { DEPLOYER_URL: 'https://example.com', NAME: 'x' };
  const env = suiteEnv({ ...plain, own }, { release: 'sha256:1', candidate, caBundle: '/side/ca.pem' });
  expect(env).toEqual({
    ...commandEnv(plain),
    NAME: 'x',
    DEPLOYER_URL: 'https://127.0.0.1:4711',
    DEPLOYER_ENVIRONMENT: 'dev',
    DEPLOYER_DEPLOYMENT: 'dev-3',
    DEPLOYER_RELEASE: 'sha256:1',
    NODE_EXTRA_CA_CERTS: '/side/ca.pem',
    SSL_CERT_FILE: '/side/ca.pem',
  });
});

test('variables of the caller that would win over the bundle name it too', () => {
  const base = { ...baseEnv, REQUESTS_CA_BUNDLE: '/old.pem' };
  const env = suiteEnv({ ...plain, baseEnv: base }, { release: null, candidate, caBundle: '/side/ca.pem' });
  expect(env).toMatchObject({ REQUESTS_CA_BUNDLE: '/side/ca.pem' });
  expect(env).not.toHaveProperty('CURL_CA_BUNDLE');
});

test("a suite reaches the candidate past the caller's proxy", () => {
  const base = { ...baseEnv, HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.example.com' };
  const env = suiteEnv({ ...plain, baseEnv: base }, { release: null, candidate, caBundle: null });
  expect(env['NO_PROXY']).toBe('.example.com,127.0.0.1,localhost,::1');
});
