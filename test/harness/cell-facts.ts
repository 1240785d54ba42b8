import type {
  CellFacts,
  DecisionFacts,
  DeploymentOfRelease,
  StageFacts,
} from '../../src/core/checklist/facts.ts';
import type { PlaceObservation, SeenPlace } from '../../src/core/checklist/observation.ts';
import type { IntegrationDefinition, Policy } from '../../src/core/definition/integration.ts';
import { definitionOf } from './definition.ts';

/** What the checklist knows of release 1.4.0 in staging, where it is live and all is well. Tests change one thing. */
export const seenAt = '2026-11-30T12:00:00.000Z';
export const nowMs: number = Date.parse(seenAt) + 60_000;

export function definition(
  own: Partial<IntegrationDefinition> = {},
  policy: Partial<Policy> = {},
): IntegrationDefinition {
  const base = definitionOf('desk', [
    { name: 'dev' },
    { name: 'staging', policy },
    { name: 'production', policy: { approval: { count: 1, approvers: ['ops@example.com'] } } },
  ]);
  return { ...base, ...own };
}

export const live: DeploymentOfRelease = {
  id: 'staging-4',
  isStable: true,
  configuration: 'sha256:configuration',
  components: [
    { name: 'web', artifact: 'sha256:artifact', inputs: 'sha256:inputs', replicas: 2, activation: 'always' },
  ],
};

export function observation(own: Partial<PlaceObservation> = {}): PlaceObservation {
  return {
    v: 1,
    deployments: [
      {
        deployment: live.id,
        state: 'ready',
        reason: null,
        components: [
          { name: 'web', artifact: 'sha256:artifact', inputs: 'sha256:inputs', replicas: 2, ready: 2 },
        ],
      },
    ],
    edge: { generation: 7, readyWorkers: 1 },
    edgeUnseen: null,
    decidedGeneration: 7,
    isHeld: false,
    residents: [],
    disk: { freeBytes: 20e9, neededBytes: 1e9 },
    memory: { totalBytes: 4e9, availableBytes: 3e9 },
    databaseAt: seenAt,
    monitoring: { section: 'sha256:monitoring', rules: 2, figuresAt: seenAt },
    waysBack: [{ deployment: live.id, isReady: true, reasons: ['staging-3 is warm: one switch'] }],
    ...own,
  };
}

export function place(own: Partial<PlaceObservation> = {}, at: string = seenAt): SeenPlace {
  return { observation: observation(own), at, evidence: 'sha256:observation', change: 'none' };
}

/** A stage that has passed, unless said otherwise. */
export function stage(name: string, own: Partial<StageFacts> = {}): StageFacts {
  const kinds = new Set([
    'package',
    'prepare',
    'verify',
    'switch',
    'approval',
    'uat',
    'rollback-rehearsal',
    'performance',
  ]);
  return {
    run: 'desk-9',
    name,
    kind: (kinds.has(name) ? name : 'suite') as StageFacts['kind'],
    environment: 'staging',
    state: 'passed',
    verdict: 'pass',
    reason: `${name} passed`,
    endedAt: seenAt,
    evidence: [`sha256:${name}`],
    ...own,
  };
}

export const approved: DecisionFacts = {
  kind: 'approve',
  run: 'desk-9',
  identity: 'ops@example.com',
  at: seenAt,
  release: 'sha256:release',
  configuration: 'sha256:configuration',
  deployment: null,
  changedSince: [],
};

const deployed: readonly StageFacts[] = [
  stage('package', { environment: null }),
  stage('prepare'),
  stage('verify'),
  stage('switch'),
];

export interface FactsChange extends Partial<Omit<CellFacts, 'stages' | 'environment'>> {
  /** Beside those of a deployment. */
  readonly stages?: readonly StageFacts[];
  readonly at?: string;
}

export function cellFacts({
  stages = [],
  at = 'staging',
  definition: own,
  ...change
}: FactsChange = {}): CellFacts {
  const whole = own ?? definition();
  const environment = whole.environments.find(({ name }) => name === at);
  if (environment === undefined) throw new Error(`no environment ${at}`);
  return {
    judges: 'now',
    definition: whole,
    environment,
    release: { id: 'sha256:release', version: '1.4.0' },
    deployment: live,
    besideRelease: [],
    stages: [...deployed, ...stages],
    decisions: [],
    place: place(),
    secrets: { named: 0, unset: [] },
    wayBack: { isReady: true, reasons: ['staging-3 is warm: one switch'], isFirst: false },
    documentation: null,
    monitoring: null,
    waivers: [],
    goOn: 'deployer ship --release 1.4.0 --to staging',
    nowMs,
    ...change,
  };
}

/** Before anything was released. */
export function nothingYet(own: IntegrationDefinition = definition()): CellFacts {
  return {
    ...cellFacts({ definition: own }),
    release: null,
    deployment: null,
    stages: [],
    place: null,
    wayBack: null,
    goOn: 'deployer ship',
  };
}
