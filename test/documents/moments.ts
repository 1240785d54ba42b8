import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { deliveryFigures } from '../../src/core/delivery.ts';
import type { DocumentFacts, EnvironmentSeen, GateSeen } from '../../src/core/document/facts.ts';
import { observedDrift } from '../../src/core/document/observed-drift.ts';
import type { IntegrationDefinition } from '../../src/core/integration.ts';
import { planOf } from '../../src/core/plan.ts';
import { sha256 } from '../../src/lib/canonical-json.ts';
import { settledOf } from '../../src/server/documents/settled-of.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { statedPaths } from '../../src/spec/stated-paths.ts';
import { checklistAt } from './moment-checklists.ts';

/** A moment in the life of Triage Desk, as recorded facts: times and digests are data, so it is always the same. */
export interface Moment {
  readonly name: 'before-the-first-ship' | 'waiting-for-uat' | 'in-production';
  readonly facts: DocumentFacts;
}

export const deskFolder: string = join(import.meta.dirname, '../../examples/triage-desk');

const commit = '4f1c2a9d8e7b6a5c4d3e2f1a0b9c8d7e6f5a4b3c';
const release = sha256('triage-desk 1.4.0');

export function moments(): readonly Moment[] {
  const spec = readFileSync(join(deskFolder, 'deployer.yaml'), 'utf8');
  const answers = readFileSync(join(deskFolder, 'deployment/answers.yaml'), 'utf8');
  const { definition } = loadSpec({ text: spec, file: 'deployer.yaml', folder: 'examples/triage-desk' });
  if (definition === null) throw new Error('the example cannot be loaded');
  const common = {
    definition,
    stated: statedPaths(spec),
    settled: settledOf({ spec, answers, questions: null }),
    database: { kind: 'socket', isEncrypted: false },
    delivery: null,
    drifts: [],
  } as const;
  return [
    {
      name: 'before-the-first-ship',
      facts: {
        ...common,
        basis: { kind: 'draft', by: 'engineer@example.com', at: '2026-03-02T09:00:00.000Z', newest: null },
        environments: [],
        checklist: null,
      },
    },
    { name: 'waiting-for-uat', facts: { ...common, ...waitingForUat(definition) } },
    { name: 'in-production', facts: { ...common, ...inProduction(definition) } },
  ];
}

const released = {
  kind: 'release',
  release,
  version: '1.4.0',
  commit,
  at: '2026-03-02T09:40:00.000Z',
} as const;

function waitingForUat(definition: IntegrationDefinition) {
  const at = '2026-03-02T10:00:00.000Z';
  return {
    basis: released,
    environments: [
      seen(definition, { environment: 'dev', at, deployment: 'dev-1', waitsAt: 'uat' }),
      unseen('staging', at),
      unseen('production', at),
    ],
    checklist: checklistAt('waiting-for-uat', { release, version: '1.4.0' }),
  };
}

function inProduction(definition: IntegrationDefinition) {
  const at = '2026-03-09T08:00:00.000Z';
  const production = seen(definition, { environment: 'production', at, deployment: 'production-3' });
  const environments = [
    seen(definition, { environment: 'dev', at, deployment: 'dev-4' }),
    seen(definition, { environment: 'staging', at, deployment: 'staging-4' }),
    {
      ...production,
      wayBack: {
        deployment: 'production-2',
        version: '1.3.2',
        isReady: true,
        reasons: ['production-2 has retired: it is brought back from its artifacts, then switched to'],
      },
      // One replica is missing: what was decided no longer holds.
      drift: [
        { kind: 'replicas', component: 'agent', observed: '1 of 2 replicas of agent is ready' },
      ] as const,
      live: production.live && {
        ...production.live,
        replicas: { ...production.live.replicas, agent: { decided: 2, ready: 1 } },
      },
    },
  ];
  return {
    basis: released,
    environments,
    checklist: checklistAt('in-production', { release, version: '1.4.0' }),
    delivery: delivery(at),
    drifts: observedDrift(definition, environments),
  };
}

function delivery(at: string) {
  const nowMs = Date.parse(at);
  const day = 24 * 3_600_000;
  const ship = (deployment: string, former: string | null, days: number, hours: number) => ({
    atMs: nowMs - days * day,
    from: former,
    to: deployment,
    cause: 'ship' as const,
    committedMs: nowMs - days * day - hours * 3_600_000,
  });
  const switches = [
    ship('production-1', null, 41, 5),
    ship('production-2', 'production-1', 20, 3),
    ship('production-9', 'production-2', 12, 2),
    {
      atMs: nowMs - 12 * day + 14_000,
      from: 'production-9',
      to: 'production-2',
      cause: 'watch' as const,
      committedMs: null,
    },
    ship('production-3', 'production-2', 6, 4),
  ];
  return deliveryFigures('production', switches, { nowMs, firstMs: nowMs - 41 * day, within: 90 });
}

interface Seeing {
  readonly environment: string;
  readonly at: string;
  readonly deployment: string;
  /** The stage that waits for a person; everything after it is still to come. @default none waits */
  readonly waitsAt?: string;
}

function seen(
  definition: IntegrationDefinition,
  { environment, at, deployment, waitsAt }: Seeing,
): EnvironmentSeen {
  const { components } = definition;
  const shapes = definition.environments.find(({ name }) => name === environment)?.shapes ?? {};
  return {
    environment,
    at,
    url: `https://127.0.0.1:${{ dev: 20_001, staging: 20_002 }[environment] ?? 20_003}`,
    host: null,
    live: {
      deployment,
      release,
      version: '1.4.0',
      commit,
      configuration: sha256(`configuration ${environment}`),
      since: at,
      artifacts: Object.fromEntries(components.map(({ name }) => [name, sha256(`artifact ${name}`)])),
      replicas: Object.fromEntries(
        components.map(({ name }) => {
          const decided = shapes[name]?.replicas ?? 1;
          return [name, { decided, ready: decided }];
        }),
      ),
      evidence: sha256(`observation ${environment} ${at}`),
    },
    wayBack: null,
    frozen: null,
    drift: [],
    gates: gates(definition, { environment, at, deployment, ...(waitsAt === undefined ? {} : { waitsAt }) }),
  };
}

function unseen(environment: string, at: string): EnvironmentSeen {
  return {
    environment,
    at,
    url: null,
    host: null,
    live: null,
    wayBack: null,
    frozen: null,
    drift: [],
    gates: [],
  };
}

const saw: Readonly<Record<string, string>> = {
  unit: '38 tests passed',
  integration: '9 tests passed',
  e2e: '14 tests passed',
  security: '11 tests passed',
  performance: '160 requests at 20 a second: 0 failed, p95 212 ms',
  watch: '61 requests, 0 failed, p95 188 ms',
  uat: 'signed by qa@example.com',
  approval: 'approved by ops@example.com',
  'rollback-rehearsal': 'went back in 0.8 ms and forward again in 0.7 ms',
};

/** What the stages said, up to the one that waits. */
function gates(definition: IntegrationDefinition, { environment, at, waitsAt }: Seeing): readonly GateSeen[] {
  const stages = planOf(definition, environment).stages.filter(
    (stage) => stage.environment === environment || (stage.environment === null && stage.kind === 'suite'),
  );
  return stages.map((stage): GateSeen => {
    const waits = stage.name === waitsAt;
    return {
      stage: stage.name,
      environment: stage.environment,
      state: waits ? 'waiting' : 'passed',
      reason: waits ? 'waits for qa@example.com' : (saw[stage.name] ?? 'done'),
      at,
      evidence: waits ? null : sha256(`evidence ${stage.name} ${environment}`),
    };
  });
}
