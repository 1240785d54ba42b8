import { z } from 'zod';
import { list, meta, number } from './field.ts';
import { webAddress } from './texts.ts';

export interface MonitoringSection {
  readonly alerts?: { readonly errorRate?: number; readonly p95Ms?: number };
  readonly notify?: readonly { readonly webhook: string }[];
}

export const monitoringSection: z.ZodType<MonitoringSection> = z
  .strictObject({
    alerts: z
      .strictObject({
        errorRate: number(
          { min: 0, max: 1 },
          { description: 'Alert above this share of failed requests.', examples: [0.02] },
        ).exactOptional(),
        p95Ms: number(
          { min: 0.1, max: 600_000 },
          { description: 'Alert above this 95th percentile of latency, in milliseconds.', examples: [400] },
        ).exactOptional(),
      })
      .meta(meta({ description: 'When to alert.', examples: [{ p95Ms: 400 }] }))
      .exactOptional(),
    notify: list(
      z
        .strictObject({
          webhook: webAddress({
            description: 'URL that gets a POST.',
            examples: ['https://hooks.example.com/x'],
          }),
        })
        .meta(meta({ description: 'A receiver.', examples: [{ webhook: 'https://hooks.example.com/x' }] })),
      { description: 'Who is told.', examples: [[{ webhook: 'https://hooks.example.com/x' }]] },
    ).exactOptional(),
  })
  .meta(
    meta({
      description: 'Not yet acted on. Alerts beyond the watch.',
      examples: [{ alerts: { p95Ms: 400 } }],
    }),
  );
