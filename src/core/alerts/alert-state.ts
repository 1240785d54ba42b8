import type { Judgement } from './judge.ts';

/**
 * An alert: `undecided` -> `ok` <-> `firing`. It fires when two looks in a row see the limit passed. It resolves when
 * two in a row see it kept, but not before it has fired for as long as its window: so it fires at most once per window,
 * however its figure swings. What cannot be judged is undecided and never ok; an alert that fires goes on firing then,
 * as nobody has seen it end.
 */
export interface Alert {
  readonly state: AlertState;
  /** Since when, by the clock that people have. */
  readonly sinceMs: number;
  /** The last look, and how many in a row have said the same. */
  readonly seen: Judgement & { readonly looks: number };
}

export type AlertState = 'ok' | 'firing' | 'undecided';

export interface NextAlert {
  readonly after: Alert;
  /** What people are told; null: nothing. */
  readonly event: 'firing' | 'resolved' | null;
}

const looksUntilChange = 2;

/** `before` is null for a rule that nobody has looked at; its `seen` may be that of another process. */
export function nextAlert(
  before: Alert | null,
  judgement: Judgement,
  { nowMs, windowMs }: { readonly nowMs: number; readonly windowMs: number },
): NextAlert {
  const looks = before?.seen.kind === judgement.kind ? before.seen.looks + 1 : 1;
  const seen = { ...judgement, looks };
  const { state = 'undecided', sinceMs = nowMs } = before ?? {};
  const became = nextState({ state, forMs: nowMs - sinceMs, windowMs, seen });
  if (became === state) return { after: { state, sinceMs, seen }, event: null };
  const event = became === 'firing' ? 'firing' : state === 'firing' ? 'resolved' : null;
  return { after: { state: became, sinceMs: nowMs, seen }, event };
}

interface Standing {
  readonly state: AlertState;
  readonly forMs: number;
  readonly windowMs: number;
  readonly seen: Alert['seen'];
}

function nextState({ state, forMs, windowMs, seen }: Standing): AlertState {
  const isSure = seen.looks >= looksUntilChange;
  switch (seen.kind) {
    case 'above':
      return isSure ? 'firing' : state;
    case 'within':
      if (state !== 'firing') return 'ok';
      return isSure && forMs >= windowMs ? 'ok' : state;
    case 'unjudged':
      return state === 'firing' ? state : 'undecided';
  }
}
