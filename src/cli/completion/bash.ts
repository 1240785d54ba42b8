import type { VerbDescription, WordKind } from '../verb-description.ts';
import { split, type VerbWords, wordsOf } from './words.ts';

export function bashCompletion(verbs: readonly VerbDescription[]): string {
  const words = verbs.map(wordsOf);
  return `# Completion of deployer for bash: eval "$(deployer completion bash)"
_deployer() {
  local verb="\${COMP_WORDS[1]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  if ((COMP_CWORD == 1)); then
    words="${verbs.map(({ name }) => name).join(' ')} --help --version"
  else
    case "$verb $previous" in
${words.flatMap(valueCases).join('\n')}
    *)
      case "$verb" in
${words.map(verbCase).join('\n')}
      esac
      ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _deployer deployer`;
}

function valueCases({ verb, values }: VerbWords): readonly string[] {
  return values.map(({ option, kind }) => `    "${verb} ${option}") words="${wordList([], [kind])}" ;;`);
}

function verbCase({ verb, options, kinds }: VerbWords): string {
  return `      ${verb}) words="${wordList(options, kinds)}" ;;`;
}

function wordList(options: readonly string[], kinds: readonly WordKind[]): string {
  const { fixed, asked } = split(kinds);
  const calls = asked.map((kind) => `$("\${COMP_WORDS[0]}" completion --names ${kind} 2>/dev/null)`);
  return [...calls, ...fixed, ...options].join(' ');
}
