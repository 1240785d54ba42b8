import { DeployerError } from '../../errors.ts';

export type ScenarioResult = 'pass' | 'fail';

export interface ScenarioVerdict {
  readonly scenario: string;
  readonly verdict: ScenarioResult;
}

export interface Signing {
  /** Of the whole. */
  readonly verdict: ScenarioResult;
  /** Results of single scenarios, by number (from 1) or text. */
  readonly given: Readonly<Record<string, ScenarioResult>>;
}

/**
 * Every scenario of a UAT with its verdict. Whoever names none says the same of all; whoever passes some by name has to
 * pass each, because nobody looked at what was left out. What is not named in a failed UAT fails with it. Throws
 * `usage`.
 */
export function scenarioVerdicts(
  scenarios: readonly string[],
  { verdict, given }: Signing,
): readonly ScenarioVerdict[] {
  refuseUnknown(scenarios, Object.keys(given));
  const results = scenarios.map((scenario, at) => resultOf([given[String(at + 1)], given[scenario]]));
  if (verdict === 'pass') {
    refuseFailed(scenarios, results);
    refuseMissing(results);
  }
  return scenarios.map((scenario, at) => ({ scenario, verdict: results[at] ?? verdict }));
}

/** A scenario may be named twice, by number and by text: one that failed has failed. */
function resultOf(said: readonly (ScenarioResult | undefined)[]): ScenarioResult | null {
  if (said.includes('fail')) return 'fail';
  return said.includes('pass') ? 'pass' : null;
}

function refuseUnknown(scenarios: readonly string[], names: readonly string[]): void {
  const known = new Set(scenarios.flatMap((scenario, at) => [scenario, String(at + 1)]));
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new DeployerError('usage', {
    message: `There is no scenario ${unknown}; there are ${scenarios.length}.`,
    hint:
      scenarios.length === 0
        ? 'Leave --scenario out: the environment names no scenarios.'
        : scenarios.map((scenario, at) => `${at + 1}: ${scenario}`).join('; '),
    path: 'scenarios',
  });
}

function refuseFailed(scenarios: readonly string[], results: readonly (ScenarioResult | null)[]): void {
  const failing = scenarios.find((_, at) => results[at] === 'fail');
  if (failing === undefined) return;
  throw new DeployerError('usage', {
    message: `A UAT with a failed scenario ("${failing}") cannot pass.`,
    hint: 'deployer uat fail   (with the same --scenario)',
    path: 'scenarios',
  });
}

function refuseMissing(results: readonly (ScenarioResult | null)[]): void {
  const missing = results.flatMap((result, at) => (result === null ? [at + 1] : []));
  if (missing.length === 0 || missing.length === results.length) return;
  const flags = missing.map((number) => `--scenario ${number}=pass`).join(' ');
  throw new DeployerError('usage', {
    message: `Nothing is said about scenario ${missing.join(', ')} of ${results.length}, so the UAT has not passed.`,
    hint: `Add ${flags}, or name none when all have passed.`,
    path: 'scenarios',
  });
}
