/**
 * The results of `start` for each item, in the order of the items, with at most `width` of them in work ahead of the
 * reader. When the reader stops early, what was started has ended before the reader goes on.
 */
export async function* mapAhead<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  start: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const started: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const result = start(item);
      // Awaited below, in its turn; until then a failure must not count as unhandled.
      result.catch(() => undefined);
      started.push(result);
      if (started.length < width) continue;
      const first = started.shift();
      if (first !== undefined) yield await first;
    }
    for (const result of started) yield await result;
  } finally {
    await Promise.allSettled(started);
  }
}
