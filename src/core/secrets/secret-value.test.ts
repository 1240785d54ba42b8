import { expect, test } from 'vitest';

import { refuseSecretValue, secretNameOf } from './secret-value.ts';

test.each([
  ['', 'is empty'],
  ['hunter2', 'has 7 characters: below 8'],
  [' '.repeat(20), 'is blank'],
  ['with\0a zero byte', 'holds a NUL character'],
  ['not text: \uFFFD\uFFFD', 'is not UTF-8 text'],
  ['half a pair \uD800', 'is not UTF-8 text'],
  ['x'.repeat(64 * 1024 + 1), 'has 65537 bytes; at most 65536'],
])('%j is refused, and not quoted', (value, says) => {
  const refused = caught(() => refuseSecretValue('db#password', value));
  expect(refused).toMatchObject({ code: 'secret_invalid', message: expect.stringContaining(says) });
  if (value.trim() !== '') expect(JSON.stringify(refused)).not.toContain(value);
});

test.each(['hunter22', 'two\nlines', 'é'.repeat(8), 'x'.repeat(64 * 1024)])('%s is stored', (value) => {
  expect(caught(() => refuseSecretValue('db#password', value))).toBeNull();
});

test('a secret is named with or without where it is kept', () => {
  const name = { path: 'db', key: 'password', version: '2' };
  expect(secretNameOf('db#password@2')).toEqual(name);
  expect(secretNameOf('secret://local/db#password@2')).toEqual(name);
  for (const wrong of ['db', 'db#', 'db#password@latest', 'secret://vault/db#password', 'db#password@0'])
    expect(caught(() => secretNameOf(wrong))).toMatchObject({ code: 'secret_invalid', path: 'name' });
});

function caught(act: () => unknown): unknown {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}
