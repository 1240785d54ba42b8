import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorized, post } from '../support/desk.ts';

const BODIES = {
  'larger than any ticket': [JSON.stringify({ text: 'x'.repeat(100_000) }), 413],
  'that is no JSON': ['<ticket/>', 400],
  'that is nothing': ['', 400],
  'nested deeper than anything recursive can bear': [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, 400],
  'that is no object': ['[1, 2]', 422],
  'that reaches for the prototype': ['{"__proto__":{"customer":"C-1042"},"subject":"a","text":"b"}', 422],
} as const;

for (const [name, [body, status]] of Object.entries(BODIES)) {
  test(`a body ${name} is answered ${status}`, async () => {
    const reply = await post('/v1/tickets', body, authorized());
    assert.equal(reply.status, status);
    assert.equal(reply.headers.get('content-type'), 'application/problem+json');
    assert.doesNotMatch(reply.text, /\bat \S+:\d+|node:/, 'no stack trace leaves the house');
  });
}

test('the preview, which needs no token, has the same limits', async () => {
  assert.equal((await post('/v1/partner/preview', 'x'.repeat(100_000))).status, 413);
  assert.equal(
    (await post('/v1/partner/preview', `{"case":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_001)}`)).status,
    400,
  );
});
