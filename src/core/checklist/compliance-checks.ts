import { cellOf, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts } from './facts.ts';
import { testPart } from './testing.ts';

/** The suites that the definition names as checks. Without one it is undecided, whatever is promised elsewhere. */
export function complianceChecks(facts: CellFacts): Cell {
  const { frameworks, checks, none } = facts.definition.compliance ?? {
    frameworks: [],
    checks: [],
    none: null,
  };
  const named = frameworks.length === 0 ? '' : ` for ${frameworks.join(', ')}`;
  if (checks.length === 0) {
    // A framework that was chosen applies, whatever else is written.
    if (none !== null && frameworks.length === 0) return cellOf([part('checks', 'not-applicable', none)], '');
    return cellOf([part('checks', 'undecided', `no check is configured${named}`)], '');
  }
  return cellOf(
    checks.map((check) => testPart(facts, check)),
    `the checks${named} passed on these digests`,
  );
}
