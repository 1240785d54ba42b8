/**
 * How many durable steps are in flight in this process, which has one engine. After `drain` no other begins: who would
 * begin one waits for the end of the process, and the next server goes on there.
 */
let inFlight = 0;
let drained: PromiseWithResolvers<void> | null = null;

/** Runs `step` as one in flight. Never resolves when a drain has begun. */
export async function asStepInFlight<T>(step: () => Promise<T>): Promise<T> {
  if (drained !== null) await new Promise<never>(() => {});
  inFlight += 1;
  try {
    return await step();
  } finally {
    inFlight -= 1;
    if (inFlight === 0) drained?.resolve();
  }
}

/** Resolves when nothing is in flight any more. */
export async function drain(): Promise<void> {
  drained ??= Promise.withResolvers();
  if (inFlight === 0) drained.resolve();
  await drained.promise;
}
