import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSearch, readArticles } from '../../services/tools/src/search.ts';

const search = createSearch(readArticles(new URL('../../services/tools/kb/', import.meta.url)));

const BEST_ARTICLE = {
  'How do I descale the kettle?': 'clean-kettle',
  'Can I wash the rain jacket in the machine?': 'wash-jacket',
  'I forgot my password, how do I reset it?': 'reset-password',
  'a red light blinks': 'red-light',
  'Do you sell gift cards?': 'gift-cards',
};

for (const [question, article] of Object.entries(BEST_ARTICLE)) {
  test(`"${question}" finds ${article}`, () => assert.equal(search(question, 2)[0]?.id, article));
}

test('words that no article has find nothing', () => {
  assert.deepEqual(search('zebra quartz', 2), []);
});

test('no more articles than asked for', () => {
  assert.equal(search('kettle order parcel account', 2).length, 2);
});
