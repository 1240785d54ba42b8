import type { Command, PerformanceTest, Suite } from '../core/definition/integration.ts';
import { defaults } from './defaults.ts';
import { msOf, variables } from './normalize-component.ts';
import { tidyPath } from './relative-path.ts';
import type { PerformanceSection } from './schema/performance.ts';
import { testsSettings, type SuiteSection, type TestsSection } from './schema/tests.ts';

export function normalizeSetup({ setup, timeout, env }: TestsSection): Command | null {
  if (setup === undefined) return null;
  return { run: setup, timeoutMs: msOf(timeout ?? defaults.timeout), env: variables(env) };
}

export function normalizeSuites(tests: TestsSection): Readonly<Record<string, Suite>> {
  const sections = Object.entries(tests).filter(([name]) => !testsSettings.has(name));
  return Object.fromEntries(
    sections.map(([name, section]) => [name, normalizeSuite(name, section as SuiteSection, tests)]),
  );
}

function normalizeSuite(name: string, section: SuiteSection, tests: TestsSection): Suite {
  return {
    name,
    run: section.run,
    report: section.report === undefined ? null : tidyPath(section.report),
    writes: section.writes ?? true,
    timeoutMs: msOf(section.timeout ?? tests.timeout ?? defaults.timeout),
    env: variables(tests.env, section.env),
  };
}

export function normalizePerformance({ load, limits }: PerformanceSection): PerformanceTest {
  return {
    load: {
      path: load.path,
      body: load.body === undefined ? null : tidyPath(load.body),
      rate: load.rate,
      durationSeconds: load.durationSeconds,
      timeoutMs: load.timeoutMs ?? defaults.loadTimeoutMs,
    },
    limits: {
      p95Ms: limits?.p95Ms ?? null,
      errorRate: limits?.errorRate ?? null,
      p95VsStable: limits?.p95VsStable ?? null,
    },
  };
}
