import { expect, test } from 'vitest';

import { definitionOf } from '../../../test/harness/definition.ts';
import { stageDeadlineMs } from './durations.ts';
import type { Component, IntegrationDefinition } from '../definition/integration.ts';
import { planOf, type Stage, type StageKind } from './plan.ts';

const hourMs = 3_600_000;
const command = { run: 'x', timeoutMs: 3 * hourMs, env: {} };
const watch = { seconds: 7200, minRequests: 1, probePath: '/', errorRate: 0.1, p95Ms: null };
const plain = definitionOf('desk', [
  { name: 'dev', policy: { gates: ['unit', 'performance'], buildGates: ['unit'], watch } },
]);
const definition: IntegrationDefinition = {
  ...plain,
  setup: command,
  suites: { unit: { ...command, name: 'unit', report: null, writes: true } },
  performance: {
    load: { path: '/', body: null, rate: 1, durationSeconds: 1800, timeoutMs: 60_000 },
    limits: { p95Ms: 1, errorRate: null, p95VsStable: null },
  },
  components: plain.components.flatMap((component) =>
    ['a', 'b'].map((name) => ({
      ...component,
      name,
      build: command,
    })),
  ),
};

const slowToStart = withComponents((component) => ({
  ...component,
  health: { ...component.health, seconds: 1800 },
}));
const slowToEnd = withComponents((component) => ({ ...component, drainMs: hourMs }));

function withComponents(change: (component: Component) => Component): IntegrationDefinition {
  return { ...definition, components: definition.components.map(change) };
}

function deadlineOf(kind: StageKind, of = definition): number {
  const stage = planOf(of, 'dev').stages.find((candidate) => candidate.kind === kind);
  return stageDeadlineMs(stage ?? ({ name: kind, kind, environment: 'dev' } satisfies Stage), of);
}

/** What the parts of the stage may take, each within its own time-out. */
test.each<[StageKind, number, IntegrationDefinition?]>([
  ['build', 2 * 3 * hourMs],
  ['setup', 3 * hourMs],
  ['suite', 3 * hourMs],
  // A warm-up and the load itself, of candidate and stable.
  ['performance', 2 * (1800 + 5) * 1000 + 2 * 60_000],
  ['watch', 7200 * 1000],
  // Components that need each other start one after the other.
  ['prepare', 2 * 1800 * 1000, slowToStart],
  ['switch', 2 * hourMs, slowToEnd],
  // There and back.
  ['rollback-rehearsal', 2 * (2 * hourMs), slowToEnd],
])('the last net of %s lies beyond what its parts may take', (kind, partsMs, of) => {
  expect(deadlineOf(kind, of)).toBeGreaterThan(partsMs);
});

test.each<StageKind>(['build', 'setup', 'suite', 'performance', 'watch', 'checkout', 'package', 'switch'])(
  '%s has minutes, and not forever, when the definition gives it nothing to do',
  (kind) => {
    const nothing = definitionOf('desk', [{ name: 'dev' }], []);
    expect(deadlineOf(kind, nothing)).toBeGreaterThanOrEqual(5 * 60_000);
    expect(deadlineOf(kind, nothing)).toBeLessThanOrEqual(30 * 60_000);
  },
);
