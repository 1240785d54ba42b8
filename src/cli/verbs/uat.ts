import { DeployerError } from '../../errors.ts';
import { decide } from '../run/decide.ts';
import { defineVerb, flag, optional, repeated, required, text, type Verb } from '../verb.ts';
import { bindingOf } from './approve.ts';

export const uat: Verb = defineVerb({
  name: 'uat',
  group: 'Decide',
  summary: 'sign the user acceptance test of a release',
  about: 'Shows what is judged and where to try it first. `fail` goes back to what was live before.',
  arguments: {
    verdict: required(['pass', 'fail'], 'the result'),
    run: optional('run', 'the run that waits; not needed when only one does'),
  },
  options: {
    scenario: repeated(
      '--scenario <number=verdict>',
      'the result of one scenario, e.g. 2=fail (may be repeated)',
    ),
    note: text('--note <text>', 'what was seen'),
    yes: flag('-y, --yes', 'do not ask'),
  },
  examples: [
    ['deployer uat pass', 'every scenario passed'],
    ['deployer uat pass --scenario 1=pass --scenario 2=pass', 'one by one: then each is named'],
    ['deployer uat fail triage-desk-12 --scenario 2=fail --note "answered the injection"', 'one did not'],
  ],
  run(context, { verdict, run, scenario, note, yes }) {
    const isPass = verdict === 'pass';
    const scenarios = Object.fromEntries(scenario.map(scenarioVerdict));
    return decide(context, {
      run,
      kinds: ['uat'],
      what: 'user acceptance',
      command: `deployer uat ${verdict}`,
      question: isPass ? 'Sign as passed' : 'Sign as failed',
      isConfirmed: yes,
      send: (client, decision) =>
        client.call('uat', {
          params: { run: decision.run },
          body: { verdict: isPass ? 'pass' : 'fail', binding: bindingOf(decision), scenarios, note },
        }),
    });
  },
});

/** `2=fail`, or the scenario's text in place of its number. */
function scenarioVerdict(given: string): readonly [string, 'pass' | 'fail'] {
  const split = given.lastIndexOf('=');
  const name = given.slice(0, split).trim();
  const verdict = given.slice(split + 1).trim();
  if (split > 0 && name !== '' && (verdict === 'pass' || verdict === 'fail')) return [name, verdict];
  throw new DeployerError('usage', {
    message: `--scenario takes <number>=pass or <number>=fail, not ${given}.`,
    hint: 'deployer uat fail --scenario 2=fail',
    path: 'scenario',
  });
}
