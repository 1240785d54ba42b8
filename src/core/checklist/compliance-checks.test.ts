import { cellFacts, definition, stage } from '../../../test/harness/cell-facts.ts';
import { suitesOf } from '../../../test/harness/definition.ts';
import { judge } from '../../../test/harness/judge-cells.ts';

const privacy = { frameworks: ['GDPR'], checks: ['privacy'], none: null };
const checked = definition({ suites: suitesOf(['privacy']), compliance: privacy }, { gates: ['privacy'] });

judge('compliance-checks', [
  ['nothing said', cellFacts(), 'undecided', 'no check is configured'],
  [
    'a framework and no check',
    cellFacts({ definition: definition({ compliance: { ...privacy, checks: [] } }) }),
    'undecided',
    'no check is configured for GDPR',
  ],
  [
    'a framework is never made away by a reason',
    cellFacts({ definition: definition({ compliance: { ...privacy, checks: [], none: 'too much work' } }) }),
    'undecided',
    'GDPR',
  ],
  [
    'a reason for none',
    cellFacts({
      definition: definition({ compliance: { frameworks: [], checks: [], none: 'internal toy' } }),
    }),
    'not-applicable',
    'internal toy',
  ],
  [
    'a check that passed',
    cellFacts({ definition: checked, stages: [stage('privacy')] }),
    'done',
    'the checks for GDPR passed',
  ],
  [
    'a check that failed',
    cellFacts({
      definition: checked,
      stages: [stage('privacy', { state: 'failed', reason: 'a name in a log' })],
    }),
    'failed',
    'a name in a log',
  ],
]);

const reasonOnly = { frameworks: [], checks: [], none: 'too much work' };
const laterChecked = definition({ suites: suitesOf(['privacy']), compliance: privacy });

judge('compliance-checks', [
  [
    'a commit that takes the checks away does not take them off what is in force',
    cellFacts({ definition: definition({ compliance: reasonOnly }, { compliance: privacy }) }),
    'undecided',
    'no privacy suite',
  ],
  [
    'a reason that only the commit gives does not count for itself',
    cellFacts({
      definition: definition({ compliance: reasonOnly }, { compliance: { ...reasonOnly, none: null } }),
    }),
    'undecided',
    'counts once it is live',
  ],
  [
    'what is asked in a later environment is still to come here',
    cellFacts({
      at: 'dev',
      definition: definition({ suites: suitesOf(['privacy']), compliance: privacy }, { gates: ['privacy'] }),
    }),
    'pending',
    'privacy is first asked in staging',
    null,
  ],
  ['what is asked nowhere', cellFacts({ definition: laterChecked }), 'undecided', 'no list of gates names'],
]);
