import { afterAll, expect, test } from 'vitest';

import { openReceiver } from '../../test/harness/receiver.ts';
import { httpWebhooks } from './send-webhook.ts';

const receiver = await openReceiver();
afterAll(() => receiver[Symbol.asyncDispose]());

const webhooks = httpWebhooks({ version: '1.2.3', timeoutMs: 300 });
const forever = new AbortController().signal;

function send(url = receiver.url) {
  return webhooks.send({ url: `${url}/hook`, id: 'an-id', body: { kind: 'test' } }, forever);
}

test('what is answered with 2xx was delivered, once, with the id by which repetitions are told', async () => {
  receiver.answer(202);
  expect(await send()).toEqual({ status: 202, error: null });
  expect(receiver.received).toHaveLength(1);
  expect(receiver.received[0]).toMatchObject({
    path: '/hook',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': 'an-id',
      'x-deployer-event': 'an-id',
      'user-agent': 'deployer/1.2.3',
    },
    body: { id: 'an-id', kind: 'test' },
  });
});

test.each([400, 404, 429, 500, 503])('status %i is no delivery', async (status) => {
  receiver.answer(status);
  expect(await send()).toEqual({ status, error: `it answered with status ${status}` });
});

test('a redirect is not followed', async () => {
  const before = receiver.received.length;
  receiver.answer(
    (response) => response.writeHead(307, { location: `${receiver.url}/elsewhere` }).end(),
    204,
  );
  expect(await send()).toEqual({
    status: 307,
    error: 'it answered with status 307, and redirects are not followed',
  });
  expect(receiver.received.length).toBe(before + 1);
});

test('one that does not answer is given up, one that never ends its answer is not waited for', async () => {
  receiver.answer(() => undefined);
  expect(await send()).toEqual({ status: null, error: 'no answer within 0.3 s' });
  receiver.answer((response) => void response.writeHead(200).write('and'));
  expect(await send()).toEqual({ status: 200, error: null });
});

test('an endless answer is not read', async () => {
  let sent = 0;
  receiver.answer((response) => {
    response.writeHead(200);
    const more = (): void => {
      if (response.destroyed) return;
      sent += 65_536;
      response.write(Buffer.alloc(65_536), more);
    };
    more();
  });
  expect(await send()).toEqual({ status: 200, error: null });
  expect(sent).toBeLessThan(50e6);
});

test('one that closes the connection, or is not there, is named without its address', async () => {
  receiver.answer((response) => void response.destroy());
  expect(await send()).toEqual({ status: null, error: 'it closed the connection (UND_ERR_SOCKET)' });
  const gone = await openReceiver();
  await gone[Symbol.asyncDispose]();
  expect(await send(gone.url)).toEqual({
    status: null,
    error: 'nobody listens at its address (ECONNREFUSED)',
  });
  const unknown = await send('https://secret-host.invalid');
  expect(unknown.error).not.toContain('secret-host');
});

test('whoever does not want to know any more is not told', async () => {
  receiver.answer(() => undefined);
  const leaving = new AbortController();
  const sending = webhooks.send({ url: receiver.url, id: 'x', body: {} }, leaving.signal);
  leaving.abort(new Error('the server ends'));
  await expect(sending).rejects.toThrow('the server ends');
});
