import { expect, test } from 'vitest';

import { observed } from './observed.ts';

const never = new AbortController().signal;

test('what does not answer within its own time is unseen, and throws nothing', async () => {
  const within = AbortSignal.any([never, AbortSignal.timeout(5)]);
  expect(await observed(() => hanging(within), ['127.0.0.1:1'], never)).toMatchObject({
    state: 'degraded',
    isUnseen: true,
    reason: 'It does not answer in time.',
    endpoints: ['127.0.0.1:1'],
  });
});

test('whoever asks can end it', async () => {
  const asked = AbortSignal.abort(new Error('the server stops'));
  await expect(observed(() => hanging(asked), [], asked)).rejects.toThrow('the server stops');
});

function hanging(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}
