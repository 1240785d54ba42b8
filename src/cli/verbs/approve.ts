import { DeployerError } from '../../errors.ts';
import { decide } from '../run/decide.ts';
import { defineVerb, flag, optional, text, type Verb } from '../verb.ts';

export const approve: Verb = defineVerb({
  name: 'approve',
  group: 'Decide',
  summary: 'let a release into the environment that asks for approval',
  about:
    'Shows what is approved first: the approval counts for exactly that.\n' +
    'Without a terminal to ask on, the command is the decision.',
  arguments: { run: optional('run', 'the run that waits; not needed when only one does') },
  options: {
    reason: text('--reason <text>', 'why'),
    yes: flag('-y, --yes', 'do not ask'),
  },
  examples: [
    ['deployer approve', 'approve the one release that waits'],
    ['deployer approve triage-desk-12 --reason "load test read"', 'name the run, leave a reason'],
  ],
  run(context, { run, reason, yes }) {
    return decide(context, {
      run,
      kinds: ['approval'],
      what: 'approval',
      command: 'deployer approve',
      question: 'Approve',
      isConfirmed: yes,
      send: (client, decision) =>
        client.call('approve', {
          params: { run: decision.run },
          body: { binding: bindingOf(decision), reason },
        }),
    });
  },
});

/** Approval and acceptance always judge content, so there is a digest of it to send back. */
export function bindingOf({
  run,
  binding,
}: {
  readonly run: string;
  readonly binding: string | null;
}): string {
  if (binding !== null) return binding;
  throw new DeployerError('internal', {
    message: `${run} waits for a decision about nothing.`,
    hint: `deployer run ${run}`,
  });
}
