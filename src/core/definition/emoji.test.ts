import { expect, test } from 'vitest';
import { roles, type Role } from './integration.ts';
import { defaultEmoji } from './emoji.ts';

test.each<[string, Role[], string]>([
  ['triage-desk', ['agent'], '🎫'],
  ['refund-bot', ['agent'], '💳'],
  ['northwind', ['api-gateway', 'agent', 'worker'], '🤖'],
  ['northwind', ['api-gateway', 'service'], '🚪'],
  ['robotics', ['service'], '🧩'],
  ['constructor', [], '🧩'],
])('%s with the roles %j is shown as %s', (key, roles, emoji) => {
  expect(defaultEmoji(key, roles)).toBe(emoji);
});

test('every role has an emoji of its own', () => {
  expect(new Set(roles.map((role) => defaultEmoji('x', [role]))).size).toBe(roles.length);
});
