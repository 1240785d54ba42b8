import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { styleOf } from '../output/style.ts';
import { widthOf } from '../output/width.ts';
import type { TopFigure } from './top-figures.ts';
import { topText } from './top-text.ts';

const figure: TopFigure = {
  integration: 'triage-desk',
  environment: 'production',
  deployment: 'production-7',
  version: '1.4.0',
  state: 'live',
  stable: true,
  share: 1,
  requestsPerSecond: 1243.4,
  errorRate: 0.0004,
  p50Ms: 4.21,
  p95Ms: 87.2,
  open: 12,
  cpuCores: 1.204,
  memoryBytes: 412_300_000,
  replicas: { ready: 5, all: 5 },
  restarts: 0,
  firing: [],
};
const warm: TopFigure = {
  ...figure,
  deployment: 'production-6',
  state: 'warm',
  stable: false,
  share: 0,
  requestsPerSecond: 0,
  errorRate: null,
  p50Ms: null,
  p95Ms: null,
  cpuCores: null,
  memoryBytes: null,
  replicas: { ready: 4, all: 5 },
};
const settings = { style: styleOf(false), width: 120, height: null, now: new Date(2026, 0, 1, 12, 3, 4) };

test('columns stand under each other, numbers at their right', () => {
  expect(topText([figure, warm], settings)).toBe(
    [
      'INTEGRATION  DEPLOYMENT    VERSION  STATE  SHARE  REQ/S    ERR  P50 ms  P95 ms  OPEN   CPU   MEM   UP  RST',
      'triage-desk  production-7  1.4.0    live    100%   1243  <0.1%     4.2      87    12  120%  412M  5/5    0',
      'triage-desk  production-6  1.4.0    warm      0%      0      –       –       –    12     –     –  4/5    0',
      '',
      '12:03:04  2 deployments of 1 integration',
    ].join('\n'),
  );
});

test('where there is little room what is worth less leaves, and no line is wider than the terminal', () => {
  const narrow = topText([figure, warm], { ...settings, width: 80 });
  for (const line of narrow.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  for (const title of ['DEPLOYMENT', 'REQ/S', 'ERR', 'P95 ms', 'CPU', 'MEM', 'RST'])
    expect(narrow).toContain(title);
  expect(narrow).not.toContain('VERSION');
});

test('with few lines the rest is counted', () => {
  const many = Array.from({ length: 40 }, (_, index) => ({ ...figure, deployment: `production-${index}` }));
  const lines = topText(many, { ...settings, height: 24 }).split('\n');
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(lines.at(-3)).toMatch(/^… and \d+ more/);
});

test('what fires is said below', () => {
  expect(
    topText([{ ...figure, firing: ['errorRate', 'cpu'] }], settings)
      .split('\n')
      .at(-1),
  ).toBe('✗ triage-desk/production: errorRate, cpu alert');
});

test('nothing that is deployed is said in words', () => {
  expect(topText([], settings)).toBe('Nothing is deployed.');
});

const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/);
const number = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));

test('whatever the figures, every line fits from 60 columns on', () => {
  const any = fc.record({
    integration: names,
    deployment: names.map((name) => `${name}-12`),
    requestsPerSecond: number,
    errorRate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    p95Ms: number,
    memoryBytes: number,
  });
  fc.assert(
    fc.property(
      fc.array(any, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 60, max: 200 }),
      (rows, width) => {
        const figures = rows.map((row) => ({ ...figure, ...row }));
        for (const line of topText(figures, { ...settings, width }).split('\n'))
          expect(widthOf(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});
