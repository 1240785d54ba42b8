import { expect, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';
import type { DocumentIndexView } from '../../api/views/documents.ts';

const at = '2026-03-09T08:00:00.000Z';

function indexed(integration: string): DocumentIndexView['integrations'][number] {
  return {
    integration,
    revision: 1,
    at,
    by: 'deployer',
    causes: [],
    digest: `sha256:${'a'.repeat(64)}`,
    name: integration,
    emoji: '🎫',
    live: [],
    questions: 0,
    conflicts: 0,
    drifts: 0,
    checklist: {},
  };
}

const pages = {
  documents: ({ query }: { readonly query: Readonly<Record<string, string>> }): DocumentIndexView =>
    query['after'] === 'desk'
      ? { integrations: [indexed('shop')], next: null, content: null }
      : { integrations: [indexed('desk')], next: 'desk', content: null },
};

test.each(['md', 'html'])(
  'an index as %s has every integration, on how many pages they may come',
  async (format) => {
    const { home } = await stubServer(pages);
    const { code, out } = await deployer(['document', '--all', '--format', format], { home });
    expect(code).toBe(0);
    expect(out).toContain('desk');
    expect(out).toContain('shop');
  },
);

test('for a script it is one list', async () => {
  const { home } = await stubServer(pages);
  const { out } = await deployer(['document', '--all', '--json'], { home });
  expect(JSON.parse(out)).toMatchObject({
    integrations: [{ integration: 'desk' }, { integration: 'shop' }],
    next: null,
  });
});

test('revisions come page by page, and what shows the next is said', async () => {
  const revisions = [
    { integration: 'desk', revision: 12, at, by: 'deployer', causes: [], digest: 'sha256:a' },
  ];
  const { home, requests } = await stubServer({ documentRevisions: () => ({ revisions, next: '12' }) });
  const { out } = await deployer(['document', '--history', '--after', '60', '--integration', 'desk'], {
    home,
  });
  expect(requests.at(-1)?.query).toEqual({ after: '60' });
  expect(out).toContain('deployer document --history --after 12');
});

test('two things at once are wrong usage', async () => {
  const { home } = await stubServer(pages);
  const { code, err } = await deployer(['document', '--all', '--history'], { home });
  expect(code).toBe(2);
  expect(err).toContain('--all and --history');
});
