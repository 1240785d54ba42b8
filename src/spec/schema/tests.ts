import { z } from 'zod';
import { defaults } from '../defaults.ts';
import { performanceSection, type PerformanceSection } from './performance.ts';
import { environmentVariables, type EnvSection } from './shape.ts';
import { meta, yesOrNo } from './field.ts';
import { duration } from './quantities.ts';
import { command, path } from './texts.ts';

export interface SuiteSection {
  readonly run: string;
  readonly report?: string;
  readonly writes?: boolean;
  readonly timeout?: string;
  readonly env?: EnvSection;
}

interface TestsSettings {
  readonly setup?: string;
  readonly timeout?: string;
  readonly env?: EnvSection;
  readonly performance?: PerformanceSection;
}

/** The settings, and any other key is a suite: `suitesOf` tells them apart. */
export type TestsSection = TestsSettings & Readonly<Record<string, unknown>>;

/** Keys of `tests` that are no suites. */
export const testsSettings: ReadonlySet<string> = new Set(['setup', 'timeout', 'env', 'performance']);

const timeoutRange = { min: '1s', max: '1d' };

const suiteSection: z.ZodType<SuiteSection> = z
  .strictObject({
    run: command({
      description: 'Runs the suite, in the folder of this file.',
      examples: ['npm run test:e2e'],
    }),
    report: path({
      description:
        'JUnit XML file that the suite writes. Exit code and report must agree; zero tests are undecided.',
      examples: ['reports/e2e.xml'],
      defaultText: 'the exit code decides',
    }).exactOptional(),
    writes: yesOrNo({
      description:
        'Whether it leaves traces in the environment. A writing suite does not run where end users are.',
      examples: [false],
      default: true,
    }).exactOptional(),
    timeout: duration(
      { description: 'Time allowed for one execution.', examples: ['15m'], defaultText: '`tests.timeout`' },
      timeoutRange,
    ).exactOptional(),
    env: environmentVariables(
      'Environment variables of the suite, over those of `tests.env`.',
    ).exactOptional(),
  })
  .meta(
    meta({
      description: 'A suite. It runs only where a list of gates names it.',
      examples: [{ run: 'npm test' }],
    }),
  );

export const testsSection: z.ZodType<TestsSection> = z
  .object({
    setup: command({
      description: 'Runs once per run, before the first suite, in the folder of this file.',
      examples: ['npm ci'],
      defaultText: 'nothing to set up',
    }).exactOptional(),
    timeout: duration(
      {
        description: 'Time allowed for `setup` and for each suite.',
        examples: ['15m'],
        default: defaults.timeout,
      },
      timeoutRange,
    ).exactOptional(),
    env: environmentVariables('Environment variables of `setup` and of all suites.').exactOptional(),
    performance: performanceSection.exactOptional(),
  })
  .catchall(suiteSection)
  .meta(
    meta({
      description: 'Test suites by name; the names are gates. Four keys are settings and no suites.',
      examples: [{ unit: { run: 'npm test' } }],
    }),
  );
