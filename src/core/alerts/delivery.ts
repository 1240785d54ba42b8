/** When what could not be delivered is tried again, and which of what is due goes now. */

/** How long an event is tried. After that nobody needs to hear of it any more. */
export const deliveryWithinMs: number = 24 * 3_600_000;
/** Whoever asks for a test waits for it. */
export const testWithinMs = 15_000;

const firstPauseMs = 5000;
const longestPauseMs = 30 * 60_000;

export interface FailedDelivery {
  /** This one included. */
  readonly attempts: number;
  readonly nowMs: number;
  readonly deadlineMs: number;
  /** From 0 to 1: of receivers that were away together not all are tried in one moment. */
  readonly random: number;
}

/** Null: it is given up. */
export function nextTryMs({ attempts, nowMs, deadlineMs, random }: FailedDelivery): number | null {
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 3 ** (attempts - 1));
  const nextMs = Math.round(nowMs + pauseMs * (0.75 + random / 2));
  return nextMs < deadlineMs ? nextMs : null;
}

export interface Due {
  readonly id: string;
  readonly integration: string;
  /** As its integration names it: what two of them call the same may be two. */
  readonly receiver: string;
}

/** The oldest of each receiver that has none on its way: one that hangs keeps only its own waiting. */
export function chooseDue<T extends Due>(
  due: readonly T[],
  underway: readonly Due[],
  atMost: number,
): readonly T[] {
  const busy = new Set(underway.map(receiverKey));
  const chosen = due.filter((each) => {
    const key = receiverKey(each);
    const isFree = !busy.has(key);
    busy.add(key);
    return isFree;
  });
  return chosen.slice(0, Math.max(0, atMost - underway.length));
}

function receiverKey({ integration, receiver }: Due): string {
  return `${integration}/${receiver}`;
}
