import { cellOf, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts } from './facts.ts';
import { adding, answering } from './file-remedy.ts';
import { testPart } from './testing.ts';

/**
 * The suites that are named as checks, by what is in force or by the commit. Without one it is undecided, whatever is
 * promised elsewhere.
 */
export function complianceChecks(facts: CellFacts): Cell {
  const { definition, environment } = facts;
  const { frameworks, checks, none } = environment.policy.compliance ?? definition.compliance ?? nothingSaid;
  const named = frameworks.length === 0 ? '' : ` for ${frameworks.join(', ')}`;
  if (checks.length === 0) {
    // A framework that was chosen applies, whatever else is written.
    if (none !== null && frameworks.length === 0) return cellOf([part('checks', 'not-applicable', none)], '');
    const brought = definition.compliance?.none ?? null;
    const early = brought !== null && none === null ? ': `compliance.none` counts once it is live' : '';
    const next =
      frameworks.length === 0
        ? answering('security.frameworks', '<frameworks, or none>')
        : adding('compliance.checks: [<suite>]');
    // Said already: it counts once the release is live.
    const meets = early === '' ? { next } : {};
    return cellOf([part('checks', 'undecided', `no check is configured${named}${early}`, meets)], '');
  }
  return cellOf(
    checks.map((check) => checkPart(facts, check)),
    `the checks${named} passed on these digests`,
  );
}

const nothingSaid = { frameworks: [], checks: [], none: null };

/** What is named applies in every environment: where it is asked only later, it is still to come. */
function checkPart(facts: CellFacts, check: string): Part {
  const found = testPart(facts, check);
  return found.status === 'not-applicable' ? { ...found, status: 'pending' } : found;
}
