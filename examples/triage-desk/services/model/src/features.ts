export const BUCKETS = 4096;

export interface Feature {
  readonly bucket: number;
  readonly value: number;
}

/** Words, pairs of words and runs of four letters, hashed into a fixed number of buckets; the vector has length 1. */
export function features(text: string): Feature[] {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  const counts = new Map<number, number>();
  const add = (gram: string): void => {
    const bucket = hash(gram) % BUCKETS;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  };
  words.forEach((word, index) => {
    add(word);
    add(`${word} ${words[index + 1] ?? '.'}`);
    for (let start = 0; start + 4 <= word.length; start += 1) add(`~${word.slice(start, start + 4)}`);
  });
  const length = Math.hypot(...counts.values()) || 1;
  return [...counts].map(([bucket, count]) => ({ bucket, value: count / length }));
}

/** FNV-1a. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return state;
}
