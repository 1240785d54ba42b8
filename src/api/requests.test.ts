import { expect, test } from 'vitest';

import { documentRequest } from './requests.ts';

const given = {
  cause: 'give',
  subject: null,
  folder: '.',
  spec: 'deployer: 1\n',
  answers: null,
  questions: null,
};

test.each([
  ['subject', 'a\u0000b'],
  ['subject', '\u001B[2J'],
  ['folder', 'desk\u0000'],
  ['folder', 'de\nsk'],
])('what names something in the audit is one line that shows what it is: %s', (field, text) => {
  expect(documentRequest.safeParse(given).success).toBe(true);
  expect(documentRequest.safeParse({ ...given, [field]: text }).success).toBe(false);
});
