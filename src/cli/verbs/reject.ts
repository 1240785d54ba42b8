import { decide } from '../run/decide.ts';
import { defineVerb, flag, optional, requiredText, type Verb } from '../verb.ts';

export const reject: Verb = defineVerb({
  name: 'reject',
  group: 'Decide',
  summary: 'turn down a release that asks for approval, or is undecided',
  about: 'The run ends as failed. What is live stays live.',
  arguments: { run: optional('run', 'the run that waits; not needed when only one does') },
  options: {
    reason: requiredText('--reason <text>', 'why'),
    yes: flag('-y, --yes', 'do not ask'),
  },
  examples: [['deployer reject --reason "wrong model version"', 'turn down the one release that waits']],
  run(context, { run, reason, yes }) {
    return decide(context, {
      run,
      kinds: ['approval', 'undecided'],
      what: 'approval',
      command: 'deployer reject',
      question: 'Reject',
      isConfirmed: yes,
      send: (client, decision) => client.call('reject', { params: { run: decision.run }, body: { reason } }),
    });
  },
});
