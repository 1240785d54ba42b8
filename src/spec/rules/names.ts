import { entriesOf, type SpecDraft } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { testsSettings, type SuiteSection } from '../schema/tests.ts';

/** Gates that need no suite. */
export const builtInGates = ['rollback-rehearsal', 'uat'] as const;

/** Names that stages have, so no suite can have them. */
export const reservedSuiteNames: ReadonlySet<string> = new Set([
  'checkout',
  'build',
  'package',
  'approval',
  'residents',
  'migrate',
  'prepare',
  'verify',
  'checklist',
  'switch',
  'watch',
  ...builtInGates,
]);

export function componentNames(draft: SpecDraft): readonly string[] {
  return Object.keys(draft.components ?? {});
}

export function environmentNames(draft: SpecDraft): readonly string[] {
  return Object.keys(draft.environments ?? {});
}

/** Suites by name; `tests` holds settings beside them. */
export function suitesOf(tests: SpecDraft['tests']): readonly (readonly [string, Draft<SuiteSection>])[] {
  return entriesOf(tests)
    .filter(([name]) => !testsSettings.has(name))
    .map(([name, suite]) => [name, suite as Draft<SuiteSection>]);
}

/** Suite names, those included whose suite is refused. */
export function suiteNames(draft: SpecDraft): readonly string[] {
  return Object.keys(draft.tests ?? {}).filter((name) => !testsSettings.has(name));
}

/** Who uses an environment, when it does not say so itself. */
export function usersOf(draft: SpecDraft, environment: string): 'internal' | 'external' {
  const own = draft.environments?.[environment]?.users;
  return own ?? (environmentNames(draft).at(-1) === environment ? 'external' : 'internal');
}
