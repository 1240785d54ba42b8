import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { post } from '../support/desk.ts';
import { createToken, encode } from '../support/token.ts';

const ticket = { subject: 'Question', text: 'How do I descale the kettle?', customer: 'C-1042' };
const publicKeys = readFileSync(
  new URL('../../services/gateway/keys/development.jwks.json', import.meta.url),
  'utf8',
);
const [header = '', payload = '', signature = ''] = createToken().split('.');
const past = Math.floor(Date.now() / 1000) - 60;

const FORGERIES = {
  'no token': '',
  'a token without a signature': `Bearer ${encode({ alg: 'none' })}.${payload}.`,
  'a token that claims to need none': `Bearer ${encode({ alg: 'none' })}.${payload}.${signature}`,
  'a token signed with the public key as a secret': `Bearer ${signWithPublicKey()}`,
  'a token signed with a key of its own': `Bearer ${signWithOwnKey()}`,
  'a token whose claims were changed': `Bearer ${header}.${encode({ ...claims(), sub: 'someone-else' })}.${signature}`,
  'a token that has run out': `Bearer ${createToken({ exp: past })}`,
  'a token of another issuer': `Bearer ${createToken({ iss: 'https://evil.example' })}`,
  'a token for another audience': `Bearer ${createToken({ aud: 'another-service' })}`,
  'a token in another scheme': `Basic ${createToken()}`,
} as const;

for (const [name, authorization] of Object.entries(FORGERIES)) {
  test(`${name} is refused`, async () => {
    assert.equal((await post('/v1/tickets', ticket, { authorization })).status, 401);
  });
}

test('a token without the scope is refused', async () => {
  const authorization = `Bearer ${createToken({ scope: 'tickets:write' })}`;
  assert.equal((await post('/v1/tickets', ticket, { authorization })).status, 200);
  assert.equal((await post('/v1/partner/webhook', {}, { authorization })).status, 403);
});

function claims(): object {
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

function signWithPublicKey(): string {
  const signed = `${encode({ alg: 'HS256', kid: 'development-only' })}.${payload}`;
  return `${signed}.${createHmac('sha256', publicKeys).update(signed).digest('base64url')}`;
}

function signWithOwnKey(): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = `${encode({ alg: 'ES256', kid: 'development-only', jwk: publicKey.export({ format: 'jwk' }) })}.${payload}`;
  const own = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${own.toString('base64url')}`;
}
