/** Files of trusted certificates that common programs take from a variable. */
export const caFileVariables = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
] as const;

/** Programs disagree on the case, so both are taken as they are. */
const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

const kept: readonly string[] = [
  'PATH',
  'HOME',
  'LANG',
  'TMPDIR',
  ...proxyVariables,
  ...caFileVariables,
  'SSL_CERT_DIR',
];

/**
 * What a run records of the environment of the person who ships, and all that its commands see of it: where programs
 * and their caches are, how to reach the network and whom to trust. No token, no `npm_*`, no `GIT_*`.
 */
export function callerEnv(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}
