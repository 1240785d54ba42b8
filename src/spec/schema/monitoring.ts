import { z } from 'zod';
import { defaults } from '../defaults.ts';
import { list, meta, number, wholeNumber } from './field.ts';
import { name } from './names.ts';
import { webhook } from './texts.ts';

export interface AlertsSection {
  readonly errorRate?: number;
  readonly p95Ms?: number;
  readonly cpu?: number;
  readonly memory?: number;
  readonly restarts?: number;
  readonly windowSeconds?: number;
  readonly minRequests?: number;
  readonly environments?: readonly string[];
}

export interface MonitoringSection {
  readonly alerts?: AlertsSection;
  readonly notify?: readonly { readonly webhook: string }[];
}

const alertsSection: z.ZodType<AlertsSection> = z
  .strictObject({
    errorRate: number(
      { min: 0, max: 1 },
      {
        description: 'Alert above this share of requests without an answer or with status 500 and above.',
        examples: [0.02],
        defaultText: 'not applied',
      },
    ).exactOptional(),
    p95Ms: number(
      { min: 0.1, max: 600_000 },
      {
        description: 'Alert above this 95th percentile of latency, in milliseconds.',
        examples: [400],
        defaultText: 'not applied',
      },
    ).exactOptional(),
    cpu: number(
      { min: 0.01, max: 1000 },
      {
        description:
          'Alert when a replica uses more than this share of its CPU limit, or of one core when it has none, over the whole window.',
        examples: [0.9],
        defaultText: 'not applied',
      },
    ).exactOptional(),
    memory: number(
      { min: 0.01, max: 1 },
      {
        description:
          'Alert when the memory of a replica stays above this share of its limit for the whole window.',
        examples: [0.9],
        defaultText: 'not applied',
      },
    ).exactOptional(),
    restarts: wholeNumber(
      { min: 0, max: 1000 },
      {
        description: 'Alert when a replica is started again more often than this within the window.',
        examples: [0],
        defaultText: 'not applied',
      },
    ).exactOptional(),
    windowSeconds: wholeNumber(
      { min: 5, max: 3600 },
      {
        description: 'Seconds over which all of these are judged.',
        examples: [60],
        default: defaults.alertWindowSeconds,
      },
    ).exactOptional(),
    minRequests: wholeNumber(
      { min: 1, max: 1_000_000 },
      {
        description: 'With fewer requests in the window, `errorRate` and `p95Ms` are undecided.',
        examples: [20],
        default: defaults.minRequests,
      },
    ).exactOptional(),
    environments: list(name({ description: 'An environment.', examples: ['production'] }), {
      description: 'Where alerts are raised, and of what else people are told.',
      examples: [['production']],
      defaultText: 'the last environment',
    }).exactOptional(),
  })
  .meta(
    meta({
      description: 'When to alert. A limit that is not given is not applied.',
      examples: [{ p95Ms: 400 }],
    }),
  );

export const monitoringSection: z.ZodType<MonitoringSection> = z
  .strictObject({
    alerts: alertsSection.exactOptional(),
    notify: list(
      z
        .strictObject({
          webhook: webhook({
            description:
              'URL that gets a POST, or a reference to a secret that holds one: https, or http to this machine.',
            examples: ['https://hooks.example.com/x'],
          }),
        })
        .meta(meta({ description: 'A receiver.', examples: [{ webhook: 'https://hooks.example.com/x' }] })),
      {
        description:
          'Who is told: of alerts, of runs that wait for people, and of releases that were found bad.',
        examples: [[{ webhook: 'https://hooks.example.com/x' }]],
        defaultText: 'nobody; `deployer status` shows it all the same',
      },
    ).exactOptional(),
  })
  .meta(
    meta({
      description:
        'What people are told of as long as the release that says so is live: see [Monitoring](monitoring.md).',
      examples: [{ alerts: { p95Ms: 400 } }],
    }),
  );
