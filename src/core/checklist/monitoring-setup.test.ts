import { cellFacts, nowMs, place, seenAt } from '../../../test/harness/cell-facts.ts';
import { judge } from '../../../test/harness/judge-cells.ts';
import type { MonitoringFacts } from './facts.ts';

const old = new Date(nowMs - 3 * 3_600_000).toISOString();

const watched: MonitoringFacts = {
  section: 'sha256:monitoring',
  rules: 2,
  loaded: 2,
  receivers: 1,
  figuresAt: seenAt,
  liveSince: seenAt,
  test: { at: seenAt, evidence: 'sha256:alert', failed: null },
};

judge('monitoring-setup', [
  ['no rule', cellFacts(), 'undecided', 'no alert rule is configured'],
  ['rules, figures and a test alert', cellFacts({ monitoring: watched }), 'done', '2 rules judge'],
  [
    'rules of what is live, and not of this release',
    cellFacts({ monitoring: { ...watched, loaded: 0 } }),
    'pending',
    '0 of 2 rules judge staging',
  ],
  [
    'no figures',
    cellFacts({ monitoring: { ...watched, figuresAt: null } }),
    'undecided',
    'no figures were read',
  ],
  [
    'no figures of what users came to a moment ago',
    cellFacts({
      monitoring: { ...watched, figuresAt: null, liveSince: new Date(nowMs - 4000).toISOString() },
    }),
    'pending',
    'users came to it a moment ago, and no figures were read yet',
  ],
  [
    'figures that nothing which was seen speaks of',
    cellFacts({ monitoring: watched, place: place({ monitoring: seenRules({ figuresAt: null }) }) }),
    'undecided',
    'figures of edge and replicas are read; but there is no evidence of it',
  ],
  [
    'rules that nothing which was seen speaks of',
    cellFacts({ monitoring: watched, place: place({ monitoring: seenRules({ section: 'sha256:other' }) }) }),
    'undecided',
    '2 rules, 1 receiver; but there is no evidence of it',
  ],
  [
    'right before the first switch, under rules that were tested',
    cellFacts({
      judges: 'before-switch',
      monitoring: { ...watched, loaded: 0, figuresAt: null },
      place: place({ monitoring: null }),
    }),
    'done',
    '2 rules will judge, and a test alert arrived',
  ],
  [
    'right before the switch, under rules that nobody has tested',
    cellFacts({
      judges: 'before-switch',
      monitoring: { ...watched, loaded: 0, figuresAt: null, test: null },
    }),
    'pending',
    'no test alert was sent',
  ],
  [
    'figures of yesterday',
    cellFacts({ monitoring: { ...watched, figuresAt: old } }),
    'undecided',
    'no figures were read since',
  ],
  [
    'rules that judge other environments',
    cellFacts({ monitoring: { ...watched, rules: 0, figuresAt: null } }),
    'undecided',
    'no alert rule judges staging',
    null,
  ],
  ['nobody is told', cellFacts({ monitoring: { ...watched, receivers: 0 } }), 'undecided', 'nobody is told'],
  [
    'no test alert',
    cellFacts({ monitoring: { ...watched, test: null } }),
    'pending',
    'no test alert was sent',
    'deployer alerts --test staging',
  ],
  [
    'a test alert that did not arrive',
    cellFacts({
      monitoring: { ...watched, test: { at: seenAt, evidence: 'sha256:alert', failed: 'status 500' } },
    }),
    'failed',
    'status 500',
  ],
]);

function seenRules(own: object) {
  return { section: 'sha256:monitoring', rules: 2, figuresAt: seenAt, ...own };
}
