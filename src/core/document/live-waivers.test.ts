import { expect, test } from 'vitest';

import { moments } from '../../../test/documents/moments.ts';
import { documentOf } from './document-of.ts';
import { statementsOf } from './document.ts';
import { plainWords } from './words.ts';

test('a waiver of what users have is shown while a newer release is on its way, also when it has run out', () => {
  const facts = moments().find(({ name }) => name === 'in-production')?.facts;
  if (facts === undefined) throw new Error('there is no such moment');
  const document = documentOf({
    ...facts,
    liveWaivers: [
      {
        subject: 'compliance-checks',
        environment: 'production',
        owner: 'ops@example.com',
        reason: 'the audit is booked',
        until: '2026-03-08T00:00:00.000Z',
        by: 'ops@example.com',
        at: '2026-03-01T00:00:00.000Z',
        isExpired: true,
        release: `sha256:${'b'.repeat(64)}`,
        version: '1.3.2',
      },
    ],
  });
  const said = statementsOf(document).filter(({ id }) => id.startsWith('checklist.waiver.production.'));
  const texts = said.map(({ text }) => plainWords(text));
  expect(texts).toContainEqual(expect.stringMatching(/the audit is booked.*expired.*Version 1\.3\.2/));
  expect(JSON.stringify(document.closing)).toContain('1 waiver that ran out');
});
