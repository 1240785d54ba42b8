import { bashCompletion } from '../completion/bash.ts';
import { namesOf } from '../completion/names.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { exitCode } from '../exit-code.ts';
import { defineVerb, optional, text, type Verb } from '../verb.ts';

export const completion: Verb = defineVerb({
  name: 'completion',
  group: 'Run',
  summary: 'print the completion script of a shell',
  about: 'Names of environments come from deployer.yaml, those of runs from the server if one runs.',
  arguments: { shell: optional(['bash', 'zsh'], 'which one; bash when not said') },
  options: {
    names: text('--names <kind>', 'what the scripts call: print the names there are', ['environment', 'run']),
  },
  examples: [
    ['eval "$(deployer completion bash)"', 'in ~/.bashrc'],
    ['eval "$(deployer completion zsh)"', 'in ~/.zshrc, after compinit'],
  ],
  async run(context, { shell, names }) {
    const { out } = context.terminal;
    if (names === null)
      out.line(shell === 'zsh' ? zshCompletion(context.verbs) : bashCompletion(context.verbs));
    else for (const name of await namesOf(context, names)) out.line(name);
    return exitCode.done;
  },
});
