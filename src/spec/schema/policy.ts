import { z } from 'zod';
import { defaults } from '../defaults.ts';
import { list, meta, number, wholeNumber } from './field.ts';
import { identity, line, requestPath } from './texts.ts';

export interface ApprovalSection {
  readonly count?: number;
  readonly approvers?: readonly string[];
  readonly self?: string;
  readonly none?: string;
}

export interface UatSection {
  readonly testers?: readonly string[];
  readonly scenarios?: readonly string[];
}

export interface WatchSection {
  readonly seconds: number;
  readonly minRequests?: number;
  readonly probe?: { readonly path?: string };
  readonly errorRate?: number;
  readonly p95Ms?: number;
}

export const approvalSection: z.ZodType<ApprovalSection> = z
  .strictObject({
    count: wholeNumber(
      { min: 1, max: 20 },
      { description: 'How many approvers must agree.', examples: [1], default: defaults.approvalCount },
    ).exactOptional(),
    approvers: list(identity({ description: 'An approver.', examples: ['ops@example.com'] }), {
      description:
        'Who may approve. Author, co-authors and requester may not, even when they are named here.',
      examples: [['ops@example.com']],
      defaultText: 'nobody, which is an error',
    }).exactOptional(),
    self: line({
      description: 'The reason for which author and requester may approve and sign UAT themselves.',
      examples: ['a team of one'],
      defaultText: 'they may not',
    }).exactOptional(),
    none: line({
      description: 'The reason for having no approval; the last environment needs one of both.',
      examples: ['internal tool'],
    }).exactOptional(),
  })
  .meta(
    meta({
      description:
        'Who must agree before the candidate is prepared. Only the last environment must say something here.',
      examples: [{ approvers: ['ops@example.com'] }],
    }),
  );

export const uatSection: z.ZodType<UatSection> = z
  .strictObject({
    testers: list(identity({ description: 'A tester.', examples: ['qa@example.com'] }), {
      description: 'Who may sign.',
      examples: [['qa@example.com']],
      defaultText: 'anyone but author and requester',
    }).exactOptional(),
    scenarios: list(line({ description: 'What is tried.', examples: ['refuses an injection'] }), {
      description: 'What the tester goes through; each gets a result of its own.',
      examples: [['answers a refund ticket', 'refuses an injection']],
      default: [],
    }).exactOptional(),
  })
  .meta(
    meta({
      description:
        'User acceptance by a person, after switch and watch. The section alone is enough to ask for it, and so is the gate `uat` alone.',
      examples: [{ testers: ['qa@example.com'] }],
    }),
  );

export const watchSection: z.ZodType<WatchSection> = z
  .strictObject({
    seconds: wholeNumber(
      { min: 1, max: 86_400 },
      { description: 'Seconds of watching after the switch.', examples: [60] },
    ),
    minRequests: wholeNumber(
      { min: 1, max: 1_000_000 },
      {
        description: 'Requests that a verdict needs; the prober sends what users do not.',
        examples: [20],
        default: defaults.minRequests,
      },
    ).exactOptional(),
    probe: z
      .strictObject({
        path: requestPath({
          description: 'Path that the prober GETs through the edge.',
          examples: ['/readyz'],
          defaultText: `\`health.ready\` of the public component, else \`${defaults.probePath}\``,
        }).exactOptional(),
      })
      .meta(meta({ description: 'Requests of Deployer itself.', examples: [{ path: '/readyz' }] }))
      .exactOptional(),
    errorRate: number(
      { min: 0, max: 1 },
      {
        description: 'Largest share of requests without an answer or with status 500 and above.',
        examples: [0.02],
        defaultText: 'not applied',
      },
    ).exactOptional(),
    p95Ms: number(
      { min: 0.1, max: 600_000 },
      {
        description: 'Largest 95th percentile of latency, in milliseconds.',
        examples: [400],
        defaultText: 'not applied',
      },
    ).exactOptional(),
  })
  .meta(
    meta({
      description: 'What is watched after the switch; beyond a limit the environment goes back by itself.',
      examples: [{ seconds: 60, errorRate: 0.02, p95Ms: 400 }],
    }),
  );
