import { changeHold } from '../run/change-hold.ts';
import { defineVerb, required, requiredText, text, type Verb } from '../verb.ts';

export const unhold: Verb = defineVerb({
  name: 'unhold',
  group: 'Act',
  summary: 'let a held release be shipped again',
  arguments: { release: required('release', 'digest, unique prefix of it (6 or more), or version') },
  options: {
    environment: text('--environment <environment>', 'only there (default: everywhere)', 'environment'),
    reason: requiredText('--reason <text>', 'why'),
  },
  examples: [
    ['deployer unhold 1.4.0 --environment production --reason "cause was elsewhere"', 'lift a hold'],
  ],
  run: (context, values) => changeHold(context, 'unhold', values),
});
