import { expect, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';

const desk = ['--integration', 'desk'] as const;
const by = 'ops@example.com';
const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
const third = { version: 3, at, by, revoked: null, usedBy: [] };
const second = {
  version: 2,
  at,
  by,
  revoked: { at, by, reason: 'in a chat' },
  usedBy: [{ deployment: 'production-4', state: 'live' as const }],
};
const password = { path: 'db', key: 'password', versions: [third, second] };

test('the value comes from standard input, without the end of its last line, and is shown nowhere', async () => {
  const { home, requests } = await stubServer({ secretSet: () => ({ ...password, version: 3 }) });
  const place = { home, input: 'first line\nsecond line\n' };
  const { code, out, err } = await deployer(['secret', 'set', 'db#password', ...desk], place);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(requests.at(-1)).toMatchObject({
    call: 'secretSet',
    actor: 'qa@example.com',
    params: { integration: 'desk' },
    body: { name: 'db#password', value: 'first line\nsecond line' },
  });
  expect(out).toBe(
    [
      '✓ db#password@3 is stored',
      '  ! production-4 keeps @2 until it is replaced',
      '  → deployer ship',
      '',
    ].join('\n'),
  );
});

test('secrets are listed with who set them, what runs with them and what is revoked', async () => {
  const { home } = await stubServer({ secrets: () => ({ secrets: [password], next: 'db#password' }) });
  const { out } = await deployer(['secret', 'list', ...desk], { home });
  expect(out).toBe(
    [
      '  db#password  @3  3 h  ops@example.com',
      '               @2  3 h  ops@example.com  revoked: in a chat (ops@example.com)  used by production-4',
      "  → deployer secret list --after 'db#password'",
      '',
    ].join('\n'),
  );
  const json = await deployer(['secret', 'list', '--json', ...desk], { home });
  expect(JSON.parse(json.out)).toEqual({ secrets: [password], next: 'db#password' });
});

test('a version that is revoked says what runs with it, and whether another one is left', async () => {
  const { home, requests } = await stubServer({
    secretRevoke: () => ({ ...password, versions: [second], version: 2 }),
  });
  const args = ['secret', 'revoke', 'secret://local/db#password@2', '--reason', 'in a chat', ...desk];
  const { out } = await deployer(args, { home });
  expect(requests.at(-1)?.body).toEqual({ name: 'db#password@2', reason: 'in a chat' });
  expect(out).toBe(
    [
      '✓ db#password@2 is revoked',
      '  ! production-4 runs with it until it starts again or is replaced',
      '  ! no version is left: what needs it will not start',
      '  → deployer secret set db#password',
      '',
    ].join('\n'),
  );
});

test('where there is no secret yet, the list says how to set one', async () => {
  const { home } = await stubServer({ secrets: () => ({ secrets: [], next: null }) });
  const { out } = await deployer(['secret', 'list', ...desk], { home });
  expect(out).toBe('No secret yet.\n  → deployer secret set <path>#<key>\n');
});

test.for([
  [['set'], '', 'needs a name'],
  [['set', 'password'], 'a long value', 'is no name of a secret'],
  [['set', 'db#password'], '', 'is empty'],
  [['set', 'db#password'], 'short', 'has 5 characters: below 8'],
  [['set', 'db#password', 'a long value'], '', 'not 3; the value comes on standard input'],
  [['set', 'db#password', '--value=a long value'], '', "nknown option '--value'"],
  [['revoke', 'db#password'], '', 'needs a reason'],
  [['list', 'db#password'], '', 'takes no name'],
  [['show', 'db#password'], '', 'set, list, revoke'],
] as const)('deployer secret %j is wrong usage, and asks no server', async ([args, input, said]) => {
  const { home, requests } = await stubServer({});
  const { code, err } = await deployer(['secret', ...args, ...desk], { home, input });
  expect(code).toBe(2);
  expect(err).toContain(said);
  expect(err).not.toContain('a long value');
  expect(requests.filter(({ call }) => call !== 'server')).toEqual([]);
});
