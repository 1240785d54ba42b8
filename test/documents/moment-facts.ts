import { receiverNames } from '../../src/core/alerts/receiver.ts';
import { type AlertMetric, receiversIn, rulesIn } from '../../src/core/alerts/alert-rule.ts';
import { driftOf } from '../../src/core/checklist/drift.ts';
import type {
  CellFacts,
  DecisionFacts,
  DeploymentOfRelease,
  MonitoringFacts,
  StageFacts,
  WaiverFacts,
} from '../../src/core/checklist/facts.ts';
import type { PlaceObservation, SeenPlace } from '../../src/core/checklist/observation.ts';
import type { AlertsSeen, DocumentBasis, EnvironmentSeen } from '../../src/core/document/facts.ts';
import { environmentIn } from '../../src/core/definition/environment-in.ts';
import type { IntegrationDefinition } from '../../src/core/definition/integration.ts';
import { planOf, type Stage } from '../../src/core/pipeline/plan.ts';
import { digestOf, sha256 } from '../../src/lib/canonical-json.ts';

/** How far one release of Triage Desk has come, and what was seen on the way. */
export interface Passed {
  readonly definition: IntegrationDefinition;
  /** When it is looked at. */
  readonly at: string;
  readonly run: string;
  /** The stage that asks a person; null: the run has ended well. */
  readonly waitsAt: { readonly environment: string; readonly stage: string } | null;
  /** Deployments with the users, by environment. */
  readonly live: Readonly<Record<string, string>>;
  readonly since: string;
  /** Environments where nothing was live before. */
  readonly firstIn: readonly string[];
  readonly waivers: readonly WaiverFacts[];
  /** A component of which one replica is missing; null: all are there. */
  readonly missing: { readonly environment: string; readonly component: string } | null;
}

const release = sha256('triage-desk 1.4.0');
const commit = '4f1c2a9d8e7b6a5c4d3e2f1a0b9c8d7e6f5a4b3c';
const formerCommit = '9b0e7d6c5a4f3b2e1d0c9b8a7f6e5d4c3b2a1908';

export const theRelease: Extract<DocumentBasis, { readonly kind: 'release' }> = {
  kind: 'release',
  release,
  version: '1.4.0',
  commit,
  at: '2026-03-02T09:40:00.000Z',
};

/** What the checklist knows of each environment. */
export function passedFacts(passed: Passed): readonly CellFacts[] {
  const { definition, at, live, waivers, run, waitsAt, firstIn } = passed;
  return definition.environments.map((environment): CellFacts => {
    const { name } = environment;
    const isLive = live[name] !== undefined;
    return {
      judges: 'now',
      definition,
      environment,
      release: { id: release, version: theRelease.version },
      deployment: isLive ? deploymentIn(passed, name) : null,
      besideRelease: [],
      stages: stagesOf(passed),
      decisions: decisionsIn(passed, name),
      place: isLive ? placeOf(passed, name) : null,
      secrets: { named: 0, unset: [] },
      wayBack: isLive
        ? { isReady: !firstIn.includes(name), reasons: [wayBackText(name)], isFirst: firstIn.includes(name) }
        : null,
      documentation,
      monitoring: monitoringIn(passed, name),
      waivers,
      goOn: waitsAt === null ? 'deployer ship' : `deployer uat pass ${run}`,
      nowMs: Date.parse(at),
    };
  });
}

const documentation: CellFacts['documentation'] = {
  evidence: sha256('documentation of 1.4.0'),
  at: theRelease.at,
  finding: {
    files: ['README.md'],
    missing: [],
    brokenLinks: [],
    interface: { changedIn: formerCommit, documentedIn: commit, isDocumented: true },
    unread: null,
  },
};

/** What the document knows of an environment. */
export function seenOf(passed: Passed, name: string): EnvironmentSeen {
  const { definition, at, live, since, firstIn } = passed;
  const deployment = deploymentIn(passed, name);
  const none = {
    environment: name,
    at,
    url: null,
    host: null,
    live: null,
    wayBack: null,
    frozen: null,
    drift: [],
    gates: [],
  };
  if (live[name] === undefined) return none;
  const { observation, evidence } = placeOf(passed, name);
  const [seen] = observation.deployments;
  return {
    ...none,
    url: `https://127.0.0.1:${20_001 + definition.environments.findIndex((each) => each.name === name)}`,
    live: {
      deployment: deployment.id,
      release,
      version: theRelease.version,
      commit,
      configuration: deployment.configuration,
      since,
      artifacts: Object.fromEntries(deployment.components.map((each) => [each.name, each.artifact])),
      replicas: Object.fromEntries(
        deployment.components.map((each) => {
          const ready = seen?.components.find((component) => component.name === each.name)?.ready ?? null;
          return [each.name, { decided: each.replicas, ready }];
        }),
      ),
      evidence,
    },
    wayBack: firstIn.includes(name)
      ? null
      : { deployment: formerOf(name), version: '1.3.2', isReady: true, reasons: [wayBackText(name)] },
    drift: driftOf({ deployment }, observation),
    gates: stagesOf(passed)
      .filter(({ environment }) => environment === name || environment === null)
      .map(({ name: stage, environment, state, reason, endedAt, evidence: [first = null] }) => ({
        stage,
        environment,
        state,
        reason,
        at: endedAt ?? at,
        evidence: first,
      })),
  };
}

function formerOf(environment: string): string {
  return environment === 'production' ? 'production-2' : `${environment}-3`;
}

function wayBackText(environment: string): string {
  return `${formerOf(environment)} has retired: it is brought back from its artifacts, then switched to`;
}

function deploymentIn({ definition, live }: Passed, name: string): DeploymentOfRelease {
  const { shapes } = environmentIn(definition, name);
  return {
    id: live[name] ?? `${name}-1`,
    isStable: true,
    configuration: sha256(`configuration ${name}`),
    components: definition.components.map((component) => ({
      name: component.name,
      artifact: sha256(`artifact ${component.name}`),
      inputs: sha256(`inputs ${component.name} ${name}`),
      replicas: shapes[component.name]?.replicas ?? 1,
      activation: component.activation,
    })),
  };
}

function placeOf(passed: Passed, name: string): SeenPlace {
  const { at, missing } = passed;
  const { id, components } = deploymentIn(passed, name);
  const lacks = (component: string): boolean =>
    missing?.environment === name && missing.component === component;
  const observation: PlaceObservation = {
    v: 1,
    deployments: [
      {
        deployment: id,
        state: missing?.environment === name ? 'degraded' : 'ready',
        reason:
          missing?.environment === name ? `${missing.component} has fewer replicas than it should` : null,
        components: components.map((each) => ({
          name: each.name,
          artifact: each.artifact,
          inputs: each.inputs,
          replicas: each.replicas,
          ready: lacks(each.name) ? each.replicas - 1 : each.replicas,
        })),
      },
    ],
    edge: { generation: 12, readyWorkers: 1 },
    edgeUnseen: null,
    decidedGeneration: 12,
    isHeld: false,
    residents: [],
    disk: { freeBytes: 41e9, neededBytes: 1e9 },
    memory: { totalBytes: 16e9, availableBytes: 9e9 },
    databaseAt: at,
    monitoring: seenRules(passed, name),
    waysBack: [{ deployment: id, isReady: true, reasons: [] }],
  };
  return { observation, at, evidence: sha256(`observation ${name} ${at}`), change: 'none' };
}

/** Before its rules are in force nobody judges by them, and nobody has tried whom they tell. */
function monitoringIn(passed: Passed, environment: string): MonitoringFacts | null {
  const { definition, live, since } = passed;
  const { monitoring } = definition;
  if (monitoring === undefined) return null;
  const rules = rulesIn(monitoring, environment).length;
  const isJudged = rules > 0 && live[environment] !== undefined;
  const tested = { at: since, evidence: sha256(`test alert ${environment}`), failed: null };
  return {
    section: digestOf(monitoring),
    rules,
    loaded: isJudged ? rules : 0,
    receivers: receiversIn(monitoring, environment).length,
    figuresAt: isJudged ? passed.at : null,
    liveSince: isJudged ? since : null,
    test: isJudged ? tested : null,
  };
}

function seenRules(passed: Passed, environment: string): PlaceObservation['monitoring'] {
  const facts = monitoringIn(passed, environment);
  if (facts === null || facts.loaded === 0) return null;
  return { section: facts.section, rules: facts.loaded, figuresAt: facts.figuresAt };
}

/** How the alerts of what is live stand: one fires for the component of which a replica is missing. */
export function alertsOf({ definition, at, live, missing }: Passed): readonly AlertsSeen[] {
  const { monitoring } = definition;
  if (monitoring === undefined) return [];
  return Object.keys(live).flatMap((environment) => {
    const receivers = receiverNames(receiversIn(monitoring, environment));
    const rules = rulesIn(monitoring, environment).map(({ metric, limit }) => {
      const fires = metric === 'restarts' && missing?.environment === environment;
      const state = fires ? 'firing' : 'ok';
      const reason = fires ? `${missing.component}-1 was started again 3 times (0 allowed)` : judged[metric];
      return { metric, limit, state, reason, isLookedAt: true, at };
    });
    return rules.length === 0 ? [] : [{ environment, rules, receivers }];
  });
}

const judged: Readonly<Record<AlertMetric, string>> = {
  errorRate: '1 of 412 requests failed, 0.24 % (2 % allowed)',
  p95Ms: 'p95 is 190 ms (800 ms allowed) over 412 requests',
  cpu: 'tools-0 used 21 % of one core (90 % allowed)',
  memory: 'gateway-1 stayed at 41 % of its memory limit (90 % allowed)',
  restarts: 'no replica was started again (0 allowed)',
};

function decisionsIn({ run, since, waitsAt }: Passed, environment: string): readonly DecisionFacts[] {
  if (waitsAt !== null) return [];
  const configuration = sha256(`configuration ${environment}`);
  const decided = { run, at: since, release, configuration, deployment: null, changedSince: [] };
  if (environment === 'production') return [{ kind: 'approve', identity: 'ops@example.com', ...decided }];
  return environment === 'dev' ? [{ kind: 'uat-pass', identity: 'qa@example.com', ...decided }] : [];
}

const saw: Readonly<Record<string, string>> = {
  unit: '38 tests passed',
  integration: '9 tests passed',
  e2e: '14 tests passed',
  security: '11 tests passed',
  performance: '160 requests at 20 a second: 0 failed, p95 212 ms',
  watch: '61 requests, 0 failed, p95 188 ms',
  uat: 'qa@example.com signed it',
  approval: 'approved by ops@example.com',
  verify: 'every replica is ready, and GET /readyz answers at the preview with 200',
  'rollback-rehearsal': 'went back in 0.8 ms and forward again in 0.7 ms',
};

/** A minute after each other, up to the one that waits. */
function stagesOf({ definition, run, waitsAt, since }: Passed): readonly StageFacts[] {
  const last = definition.environments.at(-1)?.name ?? '';
  const { stages } = planOf(definition, last);
  const isWaiting = ({ environment, name }: Stage): boolean =>
    waitsAt?.environment === environment && waitsAt.stage === name;
  const until = stages.findIndex(isWaiting);
  const begun = until < 0 ? stages : stages.slice(0, until + 1);
  return begun.map((stage, index): StageFacts => {
    const waits = isWaiting(stage);
    const endedAt = new Date(Date.parse(since) - (begun.length - 1 - index) * 60_000).toISOString();
    return {
      run,
      name: stage.name,
      kind: stage.kind,
      environment: stage.environment,
      state: waits ? 'waiting' : 'passed',
      verdict: waits ? null : 'pass',
      reason: waits ? 'waits for qa@example.com' : (saw[stage.name] ?? 'done'),
      endedAt: waits ? null : endedAt,
      evidence: waits ? [] : [sha256(`evidence ${stage.name} ${stage.environment ?? ''} ${endedAt}`)],
    };
  });
}
