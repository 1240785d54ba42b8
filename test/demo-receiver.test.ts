import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { httpWebhooks } from '../src/webhooks/send-webhook.ts';
import { startReceiver, type Told } from '../src/cli/demo/demo-receiver.ts';
import { examplesFolder } from '../src/cli/demo/examples-folder.ts';

const place = { root: '', home: '', temporary: '', repository: join(examplesFolder, 'triage-desk') };
const signal = new AbortController().signal;

async function listening() {
  const told: Told[] = [];
  const receiver = await startReceiver(place, (each) => told.push(each));
  onTestFinished(() => receiver.stop());
  const webhooks = httpWebhooks({ version: '1.0.0' });
  const send = (kind: Told['kind'], id: string = randomUUID(), url = receiver.address) =>
    webhooks.send({ url, id, body: { kind, text: `${kind} it is`, at: '2026-12-01T10:15:20.123Z' } }, signal);
  return { receiver, told, send };
}

test('what is sent to its address is told, and an event that is sent again is told once', async () => {
  const { receiver, told, send } = await listening();
  const id = randomUUID();
  expect(await send('firing', id)).toEqual({ status: 204, error: null });
  expect(await send('firing', id)).toEqual({ status: 204, error: null });
  await send('held');
  expect(await receiver.heard('held', 10_000)).toBe(true);
  expect(told.map(({ kind }) => kind)).toEqual(['firing', 'held']);
});

test('who does not know its path tells nothing, and what did not come was not heard', async () => {
  const { receiver, told, send } = await listening();
  expect(await send('test', randomUUID(), `${new URL(receiver.address).origin}/`)).toMatchObject({
    status: 404,
  });
  expect(await receiver.heard('test', 0)).toBe(false);
  expect(told).toEqual([]);
});

test('a second receiver beside the first has a port of its own', async () => {
  const [one, other] = [await listening(), await listening()];
  expect(new URL(one.receiver.address).port).not.toBe(new URL(other.receiver.address).port);
});

test('when it was stopped nobody listens any more', async () => {
  const { receiver, send } = await listening();
  await receiver.stop();
  expect(await send('test')).toMatchObject({ error: expect.stringContaining('ECONNREFUSED') as string });
  expect(await receiver.heard('test', 10_000)).toBe(false);
});
