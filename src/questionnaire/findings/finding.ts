/** One thing that was found, as it is told to whoever asked for the look. */
export interface Finding {
  readonly kind: FindingKind;
  /** A phrase without a full stop; commands and names in it are in backquotes. */
  readonly what: string;
  readonly at: Place;
  readonly sure: Sureness;
}

export const findingKinds = [
  'code',
  'agent',
  'container',
  'start',
  'test',
  'health',
  'configuration',
  'delivery',
  'infrastructure',
  'documentation',
  'people',
] as const;

export type FindingKind = (typeof findingKinds)[number];

export interface Place {
  /** Relative to the folder that was looked at. */
  readonly path: string;
  /** From 1; null: the file as a whole. */
  readonly line: number | null;
}

/**
 * `certain`: it is written there. `likely`: what is written there is commonly meant so. `guess`: a habit of the
 * language, for want of anything written.
 */
export type Sureness = 'certain' | 'likely' | 'guess';

/** A value with where it was found. */
export interface Found<T> {
  readonly value: T;
  readonly at: Place;
  readonly sure: Sureness;
}

export function placeText({ path, line }: Place): string {
  return line === null ? path : `${path}:${line}`;
}
