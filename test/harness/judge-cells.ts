import { expect, test } from 'vitest';

import { cellAt } from '../../src/core/checklist/cells.ts';
import type { CellStatus, ChecklistItemId } from '../../src/core/checklist/checklist.ts';
import type { CellFacts } from '../../src/core/checklist/facts.ts';

export type CellCase = readonly [
  what: string,
  facts: CellFacts,
  status: CellStatus,
  reason: string,
  /** @default not looked at */
  next?: string | null,
];

/** A test for each case of an item. */
export function judge(item: ChecklistItemId, cases: readonly CellCase[]): void {
  for (const [what, facts, status, reason, next] of cases) {
    test(`${item}: ${what}`, () => {
      const cell = cellAt(item, facts);
      expect(cell.status, cell.reason).toBe(status);
      expect(cell.reason).toContain(reason);
      if (next !== undefined) expect(cell.next).toBe(next);
      if (status === 'done') expect(cell.evidence.length).toBeGreaterThan(0);
    });
  }
}
