import { cellFacts, live, nothingYet, nowMs, observation, place } from '../../../test/harness/cell-facts.ts';
import { judge } from '../../../test/harness/judge-cells.ts';
import type { CellFacts } from './facts.ts';

/** Items that are about what runs, and with what. */
const old = new Date(nowMs - 3 * 3_600_000).toISOString();

judge('infrastructure-setup', [
  ['all up', cellFacts(), 'done', 'are up'],
  ['nothing deployed yet', nothingYet(), 'pending', 'nothing was deployed to staging yet', 'deployer ship'],
  ['looked at too long ago', cellFacts({ place: place({}, old) }), 'undecided', 'nobody has looked'],
  [
    'no edge',
    cellFacts({ place: place({ edge: null }) }),
    'failed',
    'the edge does not run',
    'deployer status',
  ],
  [
    'the edge off its table',
    cellFacts({ place: place({ edge: { generation: 6, readyWorkers: 1 } }) }),
    'failed',
    'routes by table 6, and 7 was decided',
  ],
  [
    'no worker listens',
    cellFacts({ place: place({ edge: { generation: 7, readyWorkers: 0 } }) }),
    'failed',
    'no worker',
  ],
  [
    'an edge that does not tell its workers',
    cellFacts({ place: place({ edge: { generation: 7, readyWorkers: null } }) }),
    'done',
    'are up',
  ],
  [
    'nothing runs',
    cellFacts({ place: place({ deployments: [{ ...first(), state: 'absent' }] }) }),
    'failed',
    'nothing of staging-4 answers',
  ],
  [
    'a place that did not answer in time',
    cellFacts({ place: unseen() }),
    'undecided',
    'staging-4 could not be looked at: it does not answer in time',
    'deployer status',
  ],
  ['a place that starts', cellFacts({ place: inState('starting') }), 'pending', 'staging-4 is starting'],
  [
    'a place that is degraded',
    cellFacts({ place: inState('degraded') }),
    'failed',
    'staging-4 is degraded: web is down',
  ],
  [
    'a place that has failed',
    cellFacts({ place: inState('failed') }),
    'failed',
    'staging-4 is failed: web is down',
  ],
  [
    'a place with nothing to answer',
    cellFacts({ place: place({ deployments: [] }) }),
    'undecided',
    'nothing runs in staging',
  ],
  [
    'an edge that did not answer',
    cellFacts({ place: place({ edge: null, edgeUnseen: 'It was silent.' }) }),
    'undecided',
    'the edge could not be looked at: it was silent',
  ],
  [
    'what exists once did not answer',
    cellFacts({
      place: place({
        residents: [{ component: 'store', state: 'unseen', reason: 'It does not answer in time.' }],
      }),
    }),
    'undecided',
    'store could not be looked at',
  ],
  [
    'what exists once is down',
    cellFacts({ place: place({ residents: [{ component: 'store', state: 'failed', reason: null }] }) }),
    'failed',
    'store, which exists once here, is failed',
  ],
  [
    'a full disk',
    cellFacts({ place: place({ disk: { freeBytes: 5e8, neededBytes: 1e9 } }) }),
    'failed',
    'only 500.0 MB are free',
    'df -h',
  ],
  [
    'a disk that nobody could read',
    cellFacts({ place: place({ disk: { freeBytes: null, neededBytes: 1e9 } }) }),
    'undecided',
    'could not be read',
  ],
  ['seen, and not stored', cellFacts({ place: { ...place(), evidence: null } }), 'undecided', 'no evidence'],
]);

function unseen() {
  const reason = 'It does not answer in time.';
  return place({ deployments: [{ ...first(), state: 'unseen', reason, components: [] }] });
}

function inState(state: 'starting' | 'degraded' | 'failed') {
  return place({ deployments: [{ ...first(), state, reason: 'web is down.' }] });
}

function first() {
  const [deployment] = observation().deployments;
  if (deployment === undefined) throw new Error('nothing is observed');
  return deployment;
}

function withWeb(web: object): CellFacts {
  const [component] = first().components;
  const components = component === undefined ? [] : [{ ...component, ...web }];
  return cellFacts({ place: place({ deployments: [{ ...first(), components }] }) });
}

judge('code-deployment', [
  ['what was released runs on every replica', cellFacts(), 'done', 'all 2 replicas'],
  [
    'never deployed here',
    cellFacts({ deployment: null }),
    'pending',
    'not deployed to staging',
    'deployer ship --release 1.4.0 --to staging',
  ],
  [
    'a candidate',
    cellFacts({ deployment: { ...live, isStable: false } }),
    'pending',
    'beside what users have',
  ],
  [
    'a candidate, right before the switch',
    cellFacts({ deployment: { ...live, isStable: false }, judges: 'before-switch' }),
    'done',
    'runs what was released',
  ],
  [
    'a former one',
    cellFacts({ deployment: { ...live, id: 'staging-1', isStable: false } }),
    'pending',
    'no longer runs',
  ],
  [
    'one replica of two',
    withWeb({ ready: 1 }),
    'failed',
    '1 of 2 replicas of web is ready',
    'deployer logs staging web',
  ],
  [
    'another digest',
    withWeb({ artifact: 'sha256:other' }),
    'failed',
    'web runs sha256:other, and sha256:artifact was released',
  ],
  ['other settings', withWeb({ inputs: 'sha256:other' }), 'failed', 'web runs with other settings'],
  ['a supervisor that does not tell', withWeb({ artifact: null, inputs: null }), 'undecided', 'is not known'],
  [
    'nothing of it runs',
    cellFacts({ place: place({ deployments: [{ ...first(), state: 'absent', components: [] }] }) }),
    'failed',
    'nothing of staging-4 runs',
  ],
  ['seen too long ago', cellFacts({ place: place({}, old) }), 'undecided', 'nobody has seen'],
  ['nobody answered', cellFacts({ place: unseen() }), 'undecided', 'staging-4 could not be looked at'],
]);

judge('configuration-validation', [
  ['prepared with exactly this', cellFacts(), 'done', 'prepared with exactly this'],
  ['nothing yet', nothingYet(), 'pending', 'nothing was released yet', 'deployer ship'],
  [
    'a secret that is not set',
    cellFacts({ secrets: { named: 2, unset: ['model#key'] } }),
    'failed',
    'model#key',
    'deployer secret set model#key',
  ],
  ['secrets that are set', cellFacts({ secrets: { named: 1, unset: [] } }), 'done', 'valid'],
  ['the candidate did not start', notStarted(), 'failed', 'web did not become ready'],
  [
    'running with other settings',
    withWeb({ inputs: 'sha256:other' }),
    'failed',
    'web runs with other settings',
  ],
]);

function notStarted(): CellFacts {
  const facts = cellFacts({ deployment: null });
  const stages = facts.stages.map((each) =>
    each.name === 'prepare'
      ? { ...each, state: 'failed' as const, reason: 'web did not become ready' }
      : each,
  );
  return { ...facts, stages };
}
