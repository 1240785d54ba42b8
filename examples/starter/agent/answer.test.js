import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answer } from './answer.js';

const noon = new Date('2026-01-02T12:00:00Z');

test('asked for the time, it uses its tool', () => {
  assert.equal(answer('What time is it?', noon), 'It is 12:00 UTC.');
});

test('asked for anything else, it says what it can do', () => {
  assert.match(answer('Who are you?', noon), /time/);
});
