import type { VerbDescription, WordKind } from '../verb-description.ts';
import { split, type VerbWords, wordsOf } from './words.ts';

export function zshCompletion(verbs: readonly VerbDescription[]): string {
  const words = verbs.map(wordsOf);
  return `#compdef deployer
# Completion of deployer for zsh: eval "$(deployer completion zsh)"
_deployer() {
  if (( CURRENT == 2 )); then
    local -a verbs=(
${verbs.map(({ name, summary }) => `      ${quote(`${name}:${summary}`)}`).join('\n')}
    )
    _describe verb verbs
    return
  fi
  case "$words[2] $words[CURRENT-1]" in
${words.flatMap(valueCases).join('\n')}
  *)
    case "$words[2]" in
${words.map(verbCase).join('\n')}
    esac
    ;;
  esac
}
compdef _deployer deployer`;
}

function valueCases({ verb, values }: VerbWords): readonly string[] {
  return values.map(({ option, kind }) => `  ${quote(`${verb} ${option}`)}) ${offer([], [kind])} ;;`);
}

function verbCase({ verb, options, kinds }: VerbWords): string {
  return `    ${verb}) ${offer(options, kinds)} ;;`;
}

function offer(options: readonly string[], kinds: readonly WordKind[]): string {
  const { fixed, asked } = split(kinds);
  const calls = asked.map((kind) => `\${(f)"$($words[1] completion --names ${kind} 2>/dev/null)"}`);
  const all = [...calls, ...fixed, ...options];
  return all.length === 0 ? ':' : `compadd -- ${all.join(' ')}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
