import { defineVerb, flag, type Verb } from '../verb.ts';

export const demo: Verb = defineVerb({
  name: 'demo',
  group: 'Run',
  summary: 'see a release go to production, and a bad one come back, on this machine',
  about: 'Has a home of its own, which it prints; nothing else of yours is touched.',
  arguments: {},
  options: { once: flag('--once', 'end everything it started, and return') },
  examples: [
    ['deployer demo', 'leaves it running, with commands to try'],
    ['deployer demo --once --json', 'for a script: the figures are the last line'],
  ],
  async run(context, { once }) {
    const { runDemo } = await import('../demo/demo.ts');
    return runDemo(context, { isOnce: once });
  },
});
