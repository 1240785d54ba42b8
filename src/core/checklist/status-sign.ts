import type { CellStatus } from './checklist.ts';

/** A status in one letter that is one column wide, the same in a document and on a terminal. */
export const statusSign: Readonly<Record<CellStatus, string>> = {
  done: '✓',
  failed: '✗',
  pending: '·',
  undecided: '?',
  waived: '⚑',
  'not-applicable': '–',
};
