import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';

import { DeployerError } from '../../errors.ts';
import { terminalOf } from '../output/terminal.ts';
import { type FollowAgain, followAgain } from './follow-again.ts';

const away = new DeployerError('database_failed', {
  message: 'There is no answer since 20 s.',
  hint: 'deployer doctor',
});
const hungUp = new TypeError('terminated');

/** Every pause lasts a minute. */
function following(): {
  readonly again: FollowAgain;
  readonly said: () => string;
  readonly passes: (ms: number) => void;
} {
  const stderr = new PassThrough();
  const terminal = terminalOf({ stdin: new PassThrough(), stdout: new PassThrough(), stderr });
  let nowMs = 0;
  const waiting = {
    nowMs: () => nowMs,
    pause() {
      nowMs += 60_000;
      return Promise.resolve();
    },
  };
  const { signal } = new AbortController();
  return {
    again: followAgain({ signal, terminal }, 'desk-1', waiting),
    said: () => String(stderr.read() ?? ''),
    passes: (ms) => void (nowMs += ms),
  };
}

test('a database that does not answer is waited for, and that is said once', async () => {
  const { again, said } = following();
  for (let minute = 0; minute < 5; minute += 1) await again(away, false);
  expect(said()).toBe('deployer: There is no answer since 20 s. desk-1 is followed on when it answers.\n');
  await expect(again(away, false)).rejects.toMatchObject({
    code: 'database_failed',
    message: 'There is no answer since 20 s. desk-1 goes on when it answers.',
    hint: 'deployer doctor; then deployer run desk-1 --follow',
  });
});

test('events in between begin the wait anew, and another silence is said again', async () => {
  const { again, said } = following();
  for (let minute = 0; minute < 5; minute += 1) await again(away, false);
  said();
  for (let minute = 0; minute < 5; minute += 1) await again(away, minute === 0);
  expect(said()).toContain('desk-1 is followed on');
});

test('a silence hours after another one is one of its own, though no event came in between', async () => {
  const { again, said, passes } = following();
  await again(away, false);
  said();
  passes(5 * 60 * 60_000);
  await again(away, false);
  expect(said()).toContain('desk-1 is followed on');
});

test('a server that breaks off three times without an event in between is given up, and the run is not', async () => {
  const { again } = following();
  await again(hungUp, false);
  await again(null, false);
  await again(null, true);
  await again(hungUp, false);
  await expect(again(hungUp, false)).rejects.toMatchObject({
    code: 'server_unreachable',
    hint: 'deployer run desk-1 --follow',
  });
});

test('anything else ends the following as it is', async () => {
  const refused = new DeployerError('run_not_found', { message: 'There is no run.', hint: 'deployer runs' });
  await expect(following().again(refused, true)).rejects.toBe(refused);
});
