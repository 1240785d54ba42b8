import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checklistOf } from '../../src/core/checklist/cells.ts';
import { unreleasedFacts } from '../../src/core/checklist/unreleased.ts';
import { type DeliverySwitch, deliveryFigures } from '../../src/core/document/delivery.ts';
import type { DocumentFacts, EnvironmentSeen } from '../../src/core/document/facts.ts';
import { observedDrift } from '../../src/core/document/observed-drift.ts';
import type { IntegrationDefinition } from '../../src/core/definition/integration.ts';
import { emptyRedactor } from '../../src/core/secrets/redaction.ts';
import { settledOf } from '../../src/revisions/settled-of.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { statedPaths } from '../../src/spec/stated-paths.ts';
import { alertsOf, type Passed, passedFacts, seenOf, theRelease } from './moment-facts.ts';

/** A moment in the life of Triage Desk, as recorded facts: times and digests are data, so it is always the same. */
export interface Moment {
  readonly name: 'before-the-first-ship' | 'waiting-for-uat' | 'in-production';
  readonly facts: DocumentFacts;
}

export const deskFolder: string = join(import.meta.dirname, '../../examples/triage-desk');

export function moments(): readonly Moment[] {
  const spec = readFileSync(join(deskFolder, 'deployer.yaml'), 'utf8');
  const answers = readFileSync(join(deskFolder, 'deployment/answers.yaml'), 'utf8');
  const { definition } = loadSpec({ text: spec, file: 'deployer.yaml', folder: 'examples/triage-desk' });
  if (definition === null) throw new Error('the example cannot be loaded');
  const common = {
    definition,
    stated: statedPaths(spec),
    settled: settledOf({ spec, answers, questions: null }, emptyRedactor),
    database: { kind: 'socket', isEncrypted: false },
    delivery: null,
    alerts: [],
    liveWaivers: [],
    drifts: [],
  } as const;
  return [
    {
      name: 'before-the-first-ship',
      facts: {
        ...common,
        basis: { kind: 'draft', by: 'engineer@example.com', at: '2026-03-02T09:00:00.000Z', newest: null },
        environments: [],
        checklist: checklistOf(
          definition.key,
          unreleasedFacts(definition, Date.parse('2026-03-02T09:00:00Z')),
        ),
      },
    },
    { name: 'waiting-for-uat', facts: { ...common, ...waitingForUat(definition) } },
    { name: 'in-production', facts: { ...common, ...inProduction(definition) } },
  ];
}

/** The first release is in dev, and a tester looks at it. */
function waitingForUat(definition: IntegrationDefinition) {
  const at = '2026-03-02T10:00:00.000Z';
  const passed: Passed = {
    definition,
    at,
    run: 'triage-desk-1',
    waitsAt: { environment: 'dev', stage: 'uat' },
    live: { dev: 'dev-1' },
    since: '2026-03-02T09:48:00.000Z',
    firstIn: ['dev'],
    waivers: [],
    missing: null,
  };
  return {
    basis: theRelease,
    environments: definition.environments.map(({ name }) => seenOf(passed, name)),
    checklist: checklistOf(definition.key, passedFacts(passed)),
  };
}

/** It has the users; one replica of the agent is missing, and one item was waived. */
function inProduction(definition: IntegrationDefinition) {
  const at = '2026-03-09T08:00:00.000Z';
  const passed: Passed = {
    definition,
    at,
    run: 'triage-desk-7',
    waitsAt: null,
    live: { dev: 'dev-4', staging: 'staging-4', production: 'production-3' },
    since: '2026-03-03T11:42:00.000Z',
    firstIn: [],
    waivers: [
      {
        subject: 'compliance-checks',
        environment: 'production',
        owner: 'ops@example.com',
        reason: 'the assessment of the model provider is under way',
        until: '2026-04-01T00:00:00.000Z',
        by: 'ops@example.com',
        at: '2026-03-03T11:30:00.000Z',
      },
    ],
    missing: { environment: 'production', component: 'agent' },
  };
  const environments: readonly EnvironmentSeen[] = definition.environments.map(({ name }) =>
    seenOf(passed, name),
  );
  return {
    basis: theRelease,
    environments,
    checklist: checklistOf(definition.key, passedFacts(passed)),
    delivery: delivery(at),
    alerts: alertsOf(passed),
    drifts: observedDrift(definition, environments),
  };
}

const hourMs = 3_600_000;

/** Four went to production; from one of them the watch took the users back. */
function delivery(at: string) {
  const nowMs = Date.parse(at);
  const ship = (
    to: string,
    from: string | null,
    [days, hours]: readonly [number, number],
  ): DeliverySwitch => {
    const atMs = nowMs - days * 24 * hourMs;
    return { atMs, from, to, cause: 'ship', committedMs: atMs - hours * hourMs };
  };
  const bad = ship('production-9', 'production-2', [12, 2]);
  const switches: readonly DeliverySwitch[] = [
    ship('production-1', null, [41, 5]),
    ship('production-2', 'production-1', [20, 3]),
    bad,
    { atMs: bad.atMs + 14_000, from: 'production-9', to: 'production-2', cause: 'watch', committedMs: null },
    ship('production-3', 'production-2', [6, 4]),
  ];
  return deliveryFigures('production', switches, { nowMs, firstMs: nowMs - 41 * 24 * hourMs, within: 90 });
}
