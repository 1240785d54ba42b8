import { z } from 'zod';
import { defaults } from '../defaults.ts';
import { meta, number, wholeNumber } from './field.ts';
import { path, requestPath } from './texts.ts';

interface LoadSection {
  readonly path: string;
  readonly body?: string;
  readonly rate: number;
  readonly durationSeconds: number;
  readonly timeoutMs?: number;
}

interface LimitsSection {
  readonly p95Ms?: number;
  readonly errorRate?: number;
  readonly p95VsStable?: number;
}

export interface PerformanceSection {
  readonly load: LoadSection;
  readonly limits?: LimitsSection;
}

const notApplied = 'not applied';
const load = { path: '/', rate: 20, durationSeconds: 20 };
const limits = { p95Ms: 250, errorRate: 0.01 };

const loadSection: z.ZodType<LoadSection> = z
  .strictObject({
    path: requestPath({ description: 'Path that is asked for.', examples: ['/v1/tickets'] }),
    body: path({
      description: 'File with the body of a POST.',
      examples: ['perf/ticket.json'],
      defaultText: 'GET without a body',
    }).exactOptional(),
    rate: number(
      { min: 0.1, max: 10_000 },
      { description: 'Requests per second; arrivals do not wait for answers.', examples: [50] },
    ),
    durationSeconds: wholeNumber({ min: 1, max: 3600 }, { description: 'Seconds of load.', examples: [20] }),
    timeoutMs: wholeNumber(
      { min: 1, max: 600_000 },
      {
        description: 'Milliseconds after which an answer counts as failed.',
        examples: [10_000],
        default: defaults.loadTimeoutMs,
      },
    ).exactOptional(),
  })
  .meta(meta({ description: 'The load.', examples: [load] }));

const limitsSection: z.ZodType<LimitsSection> = z
  .strictObject({
    p95Ms: number(
      { min: 0.1, max: 600_000 },
      {
        description: 'Largest 95th percentile of latency, in milliseconds from the intended start.',
        examples: [250],
        defaultText: notApplied,
      },
    ).exactOptional(),
    errorRate: number(
      { min: 0, max: 1 },
      {
        description: 'Largest share of failed requests: no answer in time, or status 500 and above.',
        examples: [0.01],
        defaultText: notApplied,
      },
    ).exactOptional(),
    p95VsStable: number(
      { min: 0.01, max: 1000 },
      {
        description:
          'Largest 95th percentile as a multiple of that of the stable deployment, both loaded in one run.',
        examples: [1.2],
        defaultText: notApplied,
      },
    ).exactOptional(),
  })
  .meta(
    meta({
      description: 'What the candidate must keep to. A limit that is not given is not applied.',
      examples: [limits],
    }),
  );

export const performanceSection: z.ZodType<PerformanceSection> = z
  .strictObject({ load: loadSection, limits: limitsSection.exactOptional() })
  .meta(meta({ description: 'A load test; the gate `performance`.', examples: [{ load, limits }] }));
