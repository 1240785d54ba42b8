import { approved, cellFacts, definition, stage } from '../../../test/harness/cell-facts.ts';
import { judge } from '../../../test/harness/judge-cells.ts';
import type { CellFacts } from './facts.ts';

const approvable = {
  at: 'production',
  stages: [stage('approval', { environment: 'production' })],
  decisions: [approved],
};
const toApprove = definition({});
const voided = {
  ...approved,
  changedSince: [
    { part: 'policy', from: 'sha256:a', to: 'sha256:b' },
    { part: 'replaces', from: 'production-1', to: 'production-2' },
  ],
} as const;
const twoNeeded = {
  ...toApprove,
  environments: toApprove.environments.map((each) =>
    each.name === 'production'
      ? { ...each, policy: { ...each.policy, approval: { count: 2, approvers: ['ops@example.com'] } } }
      : each,
  ),
};

const tried = definition({}, { uat: { testers: [], scenarios: [] } });
const signed = {
  ...approved,
  kind: 'uat-pass',
  identity: 'qa@example.com',
  deployment: 'staging-4',
} as const;

function uat(own: Partial<typeof approved>): CellFacts {
  return cellFacts({ definition: tried, stages: [stage('uat')], decisions: [{ ...signed, ...own }] });
}

judge('approval', [
  ['a UAT of exactly this', uat({}), 'done', 'uat passed'],
  ['a UAT of another release', uat({ release: 'sha256:other' }), 'undecided', 'what was tried out is not'],
  [
    'a UAT of another configuration',
    uat({ configuration: 'sha256:other' }),
    'undecided',
    'what was tried out is not',
  ],
  ['a UAT of another deployment', uat({ deployment: 'staging-3' }), 'undecided', 'what was tried out is not'],
  [
    'approved for exactly this',
    cellFacts({ ...approvable, definition: toApprove }),
    'done',
    'approved by ops@example.com',
  ],
  [
    'approved for another configuration',
    cellFacts({ ...approvable, decisions: [{ ...approved, configuration: 'sha256:other' }] }),
    'undecided',
    'is not what is deployed',
  ],
  [
    'approved for another release',
    cellFacts({ ...approvable, decisions: [{ ...approved, release: 'sha256:other' }] }),
    'undecided',
    'is not what is deployed',
  ],
  [
    'approved under another policy, and in the place of something else',
    cellFacts({ ...approvable, deployment: null, decisions: [voided], goOn: 'deployer run desk-9 --follow' }),
    'pending',
    'the approval of ops@example.com is void: the policy in force and what is live changed since',
    'deployer run desk-9 --follow',
  ],
  [
    'deployed under another policy than it was approved under',
    cellFacts({ ...approvable, decisions: [voided] }),
    'undecided',
    'is void: the policy in force and what is live changed since',
  ],
  [
    'approved by two, of whom one still counts, where two are needed',
    cellFacts({
      ...approvable,
      definition: twoNeeded,
      deployment: null,
      decisions: [voided, { ...approved, identity: 'lead@example.com' }],
    }),
    'pending',
    'the approval of ops@example.com is void',
  ],
  [
    'approved anew by somebody after it was void',
    cellFacts({ ...approvable, decisions: [voided, { ...approved, identity: 'lead@example.com' }] }),
    'done',
    'approved by lead@example.com',
  ],
  [
    'rejected',
    cellFacts({
      ...approvable,
      stages: [
        stage('approval', {
          environment: 'production',
          state: 'failed',
          reason: 'Rejected by ops@example.com',
        }),
      ],
      decisions: [],
    }),
    'failed',
    'Rejected by',
  ],
  [
    'waited for',
    cellFacts({
      ...approvable,
      stages: [stage('approval', { environment: 'production', state: 'waiting', evidence: [] })],
      decisions: [],
      goOn: 'deployer approve desk-9',
    }),
    'pending',
    'approval is going on',
    'deployer approve desk-9',
  ],
  ['nobody is asked', cellFacts(), 'not-applicable', 'staging asks nobody'],
  [
    'nobody is asked, for a reason',
    cellFacts({ definition: definition({}, { approvalNone: 'a team of one' }) }),
    'not-applicable',
    'a team of one',
  ],
  [
    'a UAT that is still to be signed',
    cellFacts({ definition: definition({}, { uat: { testers: [], scenarios: [] } }) }),
    'pending',
    'uat was not asked yet',
  ],
]);
