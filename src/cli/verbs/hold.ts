import { changeHold } from '../run/change-hold.ts';
import { defineVerb, required, requiredText, text, type Verb } from '../verb.ts';

export const hold: Verb = defineVerb({
  name: 'hold',
  group: 'Act',
  summary: 'keep a release, and every one of equal content, out of an environment',
  arguments: { release: required('release', 'digest, unique prefix of it (6 or more), or version') },
  options: {
    environment: text('--environment <environment>', 'only there (default: everywhere)', 'environment'),
    reason: requiredText('--reason <text>', 'why'),
  },
  examples: [
    ['deployer hold 1.4.0 --environment production --reason "wrong refunds"', 'until deployer unhold'],
  ],
  run: (context, values) => changeHold(context, 'hold', values),
});
