import { readFileSync } from 'node:fs';
import { BUCKETS, features, type Feature } from './features.ts';

/** One row of weights per intent: one number per bucket, and the bias last. */
export interface Weights {
  readonly intents: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

export interface Prediction {
  readonly intent: string;
  readonly confidence: number;
}

/** The weights that the build trained. */
export function loadWeights(): Weights {
  return JSON.parse(readFileSync(new URL('../weights.json', import.meta.url), 'utf8'));
}

export function classify(weights: Weights, text: string): Prediction {
  const found = probabilities(weights.rows, features(text));
  const confidence = Math.max(...found);
  return { intent: weights.intents[found.indexOf(confidence)] ?? 'other', confidence };
}

/** Softmax over the score of each intent. */
export function probabilities(rows: Weights['rows'], vector: readonly Feature[]): number[] {
  const scores = rows.map((row) =>
    vector.reduce((sum, { bucket, value }) => sum + at(row, bucket) * value, at(row, BUCKETS)),
  );
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
