import { writeFileSync } from 'node:fs';
import { probabilities } from './src/classifier.ts';
import { createCorpus, intents, type LabelledText } from './src/corpus.ts';
import { BUCKETS, features } from './src/features.ts';
import { createRandom } from './src/random.ts';

/**
 * Multinomial logistic regression by stochastic gradient descent. Everything random is seeded and the weights are
 * rounded, so the same sources give the same file, byte for byte.
 */
const SEED = 20_260_301;
const TICKETS_PER_INTENT = 120;
const EPOCHS = 8;
const LEARNING_RATE = 2;

function train(corpus: readonly LabelledText[]): number[][] {
  const rows = intents.map(() => Array.from({ length: BUCKETS + 1 }, () => 0));
  const examples = corpus.map(({ text, intent }) => ({
    vector: features(text),
    target: intents.indexOf(intent),
  }));
  const random = createRandom(SEED);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    const rate = LEARNING_RATE / (1 + epoch);
    for (const { vector, target } of shuffle(examples, random)) {
      probabilities(rows, vector).forEach((probability, index) => {
        const step = rate * ((index === target ? 1 : 0) - probability);
        const row = rows[index] ?? [];
        for (const { bucket, value } of vector) row[bucket] = (row[bucket] ?? 0) + step * value;
        row[BUCKETS] = (row[BUCKETS] ?? 0) + step * 0.1;
      });
    }
  }
  return rows;
}

/** Fisher-Yates. */
function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as Item, shuffled[last] as Item];
  }
  return shuffled;
}

const rows = train(createCorpus(TICKETS_PER_INTENT, SEED)).map((row) =>
  row.map((weight) => Number(weight.toFixed(4))),
);
writeFileSync(new URL('weights.json', import.meta.url), JSON.stringify({ intents, rows }));
console.log(`weights.json: ${intents.length} intents, ${TICKETS_PER_INTENT} tickets each, ${EPOCHS} epochs`);
