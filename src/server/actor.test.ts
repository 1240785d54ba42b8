import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';

import { actorOf } from './actor.ts';

function identityIn(header: string): string {
  return actorOf({ headers: { 'x-deployer-actor': header } } as unknown as FastifyRequest).identity;
}

test('the actor is what the header says, decoded', () => {
  expect(identityIn(encodeURIComponent('Zoë <zoe@example.com>'))).toBe('Zoë <zoe@example.com>');
});

test('a header that is not percent-encoded is refused by its name', () => {
  expect(() => identityIn('100%')).toThrow(
    expect.objectContaining({ code: 'request_invalid', path: 'x-deployer-actor' }),
  );
});

test.each(['', '%20', 'a'.repeat(321)])('nobody acts as "%s"', (header) => {
  expect(() => identityIn(header)).toThrow(expect.objectContaining({ code: 'identity_missing' }));
});

test.each(['ops\u001B[8m', 'ops\n14:36  approve', 'ops\u202E'])(
  'nobody acts under a name that shows as another: %j',
  (name) => {
    expect(() => identityIn(encodeURIComponent(name))).toThrow(
      expect.objectContaining({ code: 'request_invalid' }),
    );
  },
);
