import { expect, test } from 'vitest';

import { secretsIn } from './secrets-in.ts';

test('the secrets to set are those that a definition refers to, each once, and none of its comments', () => {
  const text = `components:
  agent:
    # OLD_KEY: secret://local/agent#OLD_KEY
    env: { KEY: secret://local/agent#KEY, MODEL: secret://vault/models#KEY, LEVEL: info }
tests:
  unit: { run: npm test, env: { KEY: secret://local/agent#KEY@2 } } # once secret://local/tests#KEY
monitoring: { notify: [{ webhook: 'secret://local/alerts#webhook' }] }
`;
  expect(secretsIn(text)).toEqual(['agent#KEY', 'alerts#webhook']);
});
