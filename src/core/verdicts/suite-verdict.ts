import { type CommandEnd, describeEnd } from '../pipeline/command-end.ts';
import { count } from '../texts/figures.ts';
import { failed, passed, type StageOutcome, undecided } from './verdict.ts';

/** What a suite's report says. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  /** Present in the report, not run. */
  readonly skipped: number;
  /** The first failing tests, and errors that belong to no test; empty only when nothing failed. */
  readonly failures: readonly TestFailure[];
}

export interface TestFailure {
  readonly name: string;
  /** First line of the message; empty when there is none. */
  readonly message: string;
}

/** What was found where the report belongs, after it had been deleted and the suite had run. */
export type ReportFinding =
  | { readonly kind: 'not-wanted' }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'older-than-run'; readonly path: string }
  /** `problem` ends the sentence "the report … ". */
  | { readonly kind: 'unreadable'; readonly path: string; readonly problem: string }
  | { readonly kind: 'read'; readonly path: string; readonly tests: TestReport };

export interface SuiteFacts {
  readonly suite: string;
  readonly end: CommandEnd;
  readonly report: ReportFinding;
}

/**
 * Exit code and report must both say that the suite passed.
 *
 * A failing exit code without a readable report is a fail: the suite says so itself. A succeeding one is undecided
 * then, because nobody can tell what ran, and that may be the fault of the reporter and not of the release. A report
 * that shows no test run decides nothing whatever the exit code is: test runners use either for "nothing to run".
 */
export function suiteVerdict(facts: SuiteFacts): StageOutcome {
  const { suite, end, report } = facts;
  if (end.timedOut) return failed(`${suite} ${describeEnd(end)}`);
  switch (report.kind) {
    case 'not-wanted':
      return end.exitCode === 0
        ? passed(`${suite} ${describeEnd(end)}; it writes no report`)
        : failed(`${suite} ${describeEnd(end)}`);
    case 'missing':
      return withoutReport(facts, `wrote no report at ${report.path}`);
    case 'older-than-run':
      return withoutReport(facts, `left an old report at ${report.path}, written before it ran`);
    case 'unreadable':
      return withoutReport(facts, `wrote a report that cannot be read: ${report.path} ${report.problem}`);
    case 'read':
      return fromReport(facts, report.tests, report.path);
  }
}

function withoutReport({ suite, end }: SuiteFacts, problem: string): StageOutcome {
  const reason = `${suite} ${describeEnd(end)} and ${problem}`;
  return end.exitCode === 0 ? undecided(reason) : failed(reason);
}

function fromReport({ suite, end }: SuiteFacts, tests: TestReport, path: string): StageOutcome {
  const run = tests.passed + tests.failed;
  if (tests.failures.length > 0) {
    const disagreement = end.exitCode === 0 ? `, although ${suite} exited 0` : '';
    return failed(`${tests.failed} of ${count(run, 'test')} failed${disagreement}: ${failing(tests)}`);
  }
  const skipped = tests.skipped === 0 ? '' : `, ${tests.skipped} skipped`;
  if (run === 0) return undecided(`${suite} ran no test (${path}${skipped}) and ${describeEnd(end)}`);
  if (end.exitCode !== 0) {
    return failed(
      `${suite} ${describeEnd(end)}, although its report shows ${count(run, 'passed test')}${skipped}`,
    );
  }
  return passed(`${count(run, 'test')} passed${skipped}`);
}

/** Failures that a sentence names; the evidence has more. */
const named = 3;

function failing({ failed, failures }: TestReport): string {
  const names = failures
    .slice(0, named)
    .map(({ name, message }) => (message === '' ? name : `${name} (${message})`));
  const others = Math.max(failed, failures.length) - names.length;
  return [...names, ...(others > 0 ? [`and ${others} more`] : [])].join('; ');
}
