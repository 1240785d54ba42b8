import assert from 'node:assert/strict';
import { test } from 'node:test';

// Deployer says where the deployment that is tested can be reached.
const url = process.env.DEPLOYER_URL;

test('a question gets an answer', async () => {
  const response = await ask({ text: 'What time is it?' });
  assert.equal(response.status, 200);
  assert.match((await response.json()).text, /^It is \d\d:\d\d UTC\.$/);
});

test('what is no question is refused', async () => {
  const response = await ask({ words: 'What time is it?' });
  assert.equal(response.status, 400);
});

function ask(body) {
  return fetch(`${url}/v1/messages`, { method: 'POST', body: JSON.stringify(body) });
}
