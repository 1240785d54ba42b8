import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classify, loadWeights } from '../../services/model/src/classifier.ts';
import holdout from './holdout.json' with { type: 'json' };

const LEAST_ACCURACY = 0.9;

test('tickets that the training never saw get the right topic', () => {
  const weights = loadWeights();
  const wrong = holdout.filter(({ text, intent }) => classify(weights, text).intent !== intent);
  const accuracy = 1 - wrong.length / holdout.length;
  assert.ok(
    accuracy >= LEAST_ACCURACY,
    `${accuracy.toFixed(3)}; wrong: ${wrong.map(({ text }) => text).join(' | ')}`,
  );
});
