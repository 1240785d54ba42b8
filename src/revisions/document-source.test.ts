import { expect, test } from 'vitest';

import { definition } from '../../test/steps/step-context.ts';
import { DeployerError } from '../errors.ts';
import { ofRelease } from './document-source.ts';

const { signal } = new AbortController();
const release = {
  id: `sha256:${'a'.repeat(64)}`,
  integration: 'desk',
  commit: 'c'.repeat(40),
  version: '1.0.0',
  definition: { ...definition(), folder: 'desk' },
  created_at: new Date('2026-03-02T09:40:00Z'),
};

function commits(isThere: boolean, file: (path: string) => Uint8Array | null) {
  return {
    has: () => Promise.resolve(isThere),
    file: (_: unknown, path: string) => Promise.resolve().then(() => file(path)),
  };
}

test('a file that the commit does not have is none, and the others are read', async () => {
  const file = (path: string) => (path === 'desk/deployer.yaml' ? Buffer.from('deployer: 1\n') : null);
  const source = await ofRelease({ commits: commits(true, file) }, release, signal);
  expect(source).toMatchObject({ spec: 'deployer: 1\n', answers: null, questions: null });
});

test('a read that failed is a failure, and not a file that is not there', async () => {
  const error = new DeployerError('deadline_passed', {
    message: 'git took longer than 60 s.',
    hint: 'again',
  });
  const file = () => {
    throw error;
  };
  await expect(ofRelease({ commits: commits(true, file) }, release, signal)).rejects.toBe(error);
});

test('of a commit that the clone does not have any more nothing is read', async () => {
  const file = () => {
    throw new Error('nothing to read');
  };
  const source = await ofRelease({ commits: commits(false, file) }, release, signal);
  expect(source).toMatchObject({ spec: null, answers: null, questions: null });
});
