import { describe } from 'vitest';

import { endsInOrder } from './target-end.ts';
import { tellsFigures } from './target-figures.ts';
import type { TargetHarness } from './target-harness.ts';
import { watchesHealth } from './target-health.ts';
import { keepsLogs } from './target-logs.ts';
import { keepsResidents } from './target-residents.ts';
import { startsAsPromised } from './target-start.ts';
import { handsWorkOver } from './target-workers.ts';
import { useTestBed } from './test-bed.ts';

/** What every target promises. Each target's test file calls this with a way to open it. */
export function targetConformance(name: string, open: () => Promise<TargetHarness>): void {
  describe(`${name} target`, () => {
    const bed = useTestBed(open);
    startsAsPromised(bed);
    watchesHealth(bed);
    handsWorkOver(bed);
    tellsFigures(bed);
    keepsLogs(bed);
    endsInOrder(bed);
    keepsResidents(bed);
  });
}
