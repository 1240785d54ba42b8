import { expect, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';

const nowhere = { home: '/tmp/deployer-no-such-home' };

test('stop without a running server is done already', async () => {
  const { code, out } = await deployer(['stop'], nowhere);
  expect({ code, out }).toEqual({ code: 0, out: 'No server runs on this home.\n' });
  expect(JSON.parse((await deployer(['stop', '--json'], nowhere)).out)).toEqual({ stopped: [] });
});

test('stop --all without a running server ends what is left of the home', async () => {
  const serverVerbs = { stopAll: () => Promise.resolve({ stopped: ['edge of desk/dev', 'database'] }) };
  const { code, out } = await deployer(['stop', '--all'], { ...nowhere, serverVerbs });
  expect({ code, out }).toEqual({
    code: 0,
    out:
      '✓ stopped edge of desk/dev\n✓ stopped database\n' +
      'A verb that needs the server, such as status, starts everything again.\n',
  });
});

test('serve on a home that has a server is refused, but quietly so in the background', async () => {
  const { home } = await stubServer({});
  const serverVerbs = { serve: () => Promise.resolve(false) };
  const front = await deployer(['serve'], { home, serverVerbs });
  expect(front.code).toBe(1);
  expect(front.err).toContain(`Another server runs on ${home}.`);
  expect(await deployer(['serve', '--background'], { home, serverVerbs })).toEqual({
    code: 0,
    out: '',
    err: '',
  });
});
