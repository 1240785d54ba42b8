import { expect, test } from 'vitest';

import { answerText } from './answer-text.ts';
import { styleOf } from './style.ts';

test('of many statements that change in one section the rest is counted', () => {
  const changes = Array.from({ length: 8 }, (_, index) => ({
    kind: 'added' as const,
    id: `row.${index}`,
    before: null,
    after: { text: `Row ${index}.`, source: 'decided' as const, drift: null },
  }));
  const text = answerText(
    {
      question: 'rollback.rehearsal',
      lacks: null,
      spec: [],
      document: [{ id: 'checklist', title: 'Deployment Checklist', changes }],
      statements: [],
      conflicts: [],
    },
    { style: styleOf(false), width: 80 },
  );
  expect(text.split('\n')).toEqual([
    'Deployment Checklist',
    ...[0, 1, 2, 3, 4].map((index) => `  + Row ${index}. (decided)`),
    '  and 3 statements more',
  ]);
});
