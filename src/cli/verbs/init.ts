import { defineVerb, flag, text, type Verb } from '../verb.ts';

export const init: Verb = defineVerb({
  name: 'init',
  group: 'Ship',
  summary: 'look at a repository, ask what is missing, and write its deployer.yaml',
  about:
    'Looks at the files first and says what it found and where, then asks what it could not find. Enter takes what is\n' +
    'proposed, Escape goes back, Ctrl-C leaves: what was answered is kept for the next time. Writes deployer.yaml and\n' +
    'deployment/answers.yaml after a yes; a file that is there is shown with its change first. An empty folder gets a\n' +
    'small agent to begin with. Then the first deployment document is written, into deployment/document.md: a server\n' +
    'makes it, which is started when none runs.',
  arguments: {},
  options: {
    answers: text(
      '--answers <file>',
      'take the answers from a file like deployment/answers.yaml, and ask nothing',
    ),
    yes: flag('--yes', 'ask nothing: take what is found and what is proposed, and write it'),
    folder: text('--folder <folder>', 'the folder of the integration (default: this one)'),
    anew: flag('--anew', 'write a deployer.yaml that is there anew from what is found'),
    filesOnly: flag('--files-only', 'write no document, and start no server'),
  },
  examples: [
    ['deployer init', 'in a repository, or in an empty folder'],
    ['deployer init --yes', 'with what is found and proposed; the questions stay open'],
    ['deployer init --answers team.yaml', 'with answers that were given elsewhere'],
  ],
  async run(context, options) {
    // Loaded late: no other verb needs what reads repositories.
    const { initialise } = await import('../init/initialise.ts');
    return initialise(context, options);
  },
});
