import { expect, test } from 'vitest';

import { settled } from '../../test/questionnaire/typed-answers.ts';

function given(id: string, answer: unknown): string | undefined {
  return settled({ [id]: answer }).settled.open.find((each) => each.id === id)?.given?.answer;
}

test.each<[given: unknown, shown: string]>([
  ['http://hooks.example.com/services/T0/B0/token', 'http://hooks.example.com/…'],
  [
    'https://hooks.example.com/one https://hooks.example.com/token,tbd',
    'https://hooks.example.com/…, https://hooks.example.com/…, tbd',
  ],
  [
    ['https://hooks.example.com/token', 'hooks.example.com/token'],
    'https://hooks.example.com/…, an address that cannot be read',
  ],
  [{ url: 'https://hooks.example.com/token' }, 'an address that cannot be read'],
  ['ftp://me:token@hooks.example.com/', 'an address that cannot be read'],
  ['secret:token', 'an address that cannot be read'],
  ['xoxb-123-token', 'an address that cannot be read'],
  ['secret://local/alerts#webhook, ?', 'secret://local/alerts#webhook, ?'],
  ['tbd', 'tbd'],
  ['', ''],
])('of an answer that should be a webhook and is %j, only %s is shown', (answer, shown) => {
  expect(given('rollback.notify', answer)).toBe(shown);
});

test('of any other question the answer is shown as it was given, by its beginning', () => {
  expect(given('security.data', 'tbd https://example.com/a')).toBe('tbd https://example.com/a');
  expect(given('security.data', 'a'.repeat(300))).toBe(`${'a'.repeat(199)}…`);
});
