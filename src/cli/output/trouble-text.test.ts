import { expect, test } from 'vitest';

import { summedUp } from './trouble-text.ts';

test.each<[string, readonly string[], readonly string[]]>([
  ['nothing is wrong', [], []],
  ['what is no restart is said as it is', ['the edge is behind'], ['the edge is behind']],
  [
    'an edge alone',
    ['the edge does not run; it is being started'],
    ['the edge does not run; it is being started'],
  ],
  [
    'one deployment',
    ['dev-2: No supervisor looks after it.', 'dev-2 has vanished; it is being started again'],
    ['1 deployment is being started again (dev-2)'],
  ],
  [
    'what has been so for a while',
    [
      'the edge does not run; it is being started, for 45 s',
      'dev-2 has vanished; it is being started again, for 45 s',
    ],
    ['the edge and 1 deployment are being started again (dev-2)'],
  ],
  [
    'everything, and something else',
    [
      'dev-2: No supervisor looks after it.',
      'dev-1: No supervisor looks after it.',
      'dev-12: Replica 0 of app is starting.',
      'the edge does not run; it is being started',
      'dev-2 has vanished; it is being started again',
      'dev-1 has vanished; it is being started again',
    ],
    [
      'the edge and 2 deployments are being started again (dev-2, dev-1)',
      'dev-12: Replica 0 of app is starting.',
    ],
  ],
  [
    'why it is so comes first, where it is known',
    [
      'Port 20097 of the edge is in use by another program, for 45 s',
      'dev-2: No supervisor looks after it.',
      'the edge does not run; it is being started',
      'dev-2 has vanished; it is being started again',
    ],
    [
      'Port 20097 of the edge is in use by another program, for 45 s',
      'the edge and 1 deployment are being started again (dev-2)',
    ],
  ],
])('what is started again is one sentence: %s', (_, sentences, expected) => {
  expect(summedUp(sentences).sentences).toEqual(expected);
  expect(summedUp(sentences).grave).toEqual([]);
});

const gone = 'dev-2: its supervisor is gone; users may get 502';

test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ['before anybody has noticed', [gone], [gone], []],
  [
    'while it comes back',
    [gone, 'dev-2: No supervisor looks after it.', 'dev-2 has vanished; it is being started again'],
    [gone],
    ['1 deployment is being started again (dev-2)'],
  ],
  ['beside something else', ['the edge is behind', gone], [gone], ['the edge is behind']],
  [
    'when the edge has gone too, which is one piece of news',
    [gone, 'the edge does not run; it is being started'],
    [],
    ['the edge and 1 deployment are being started again (dev-2)'],
  ],
])('that nothing answers users is grave: %s', (_, sentences, grave, others) => {
  const found = summedUp(sentences);
  expect(found).toMatchObject({ grave, sentences: others });
  expect([...found.restarting]).toEqual(['dev-2']);
});
