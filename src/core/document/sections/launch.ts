import { list, type Saying, sayingOf, settledIn } from '../blocks.ts';
import type { Block } from '../document.ts';
import type { DocumentFacts } from '../facts.ts';
import { fromSpec } from '../sources.ts';
import type { Statement } from '../statement.ts';
import { listed, words } from '../words.ts';

/** 7 Launch Sequences */
export function launchSection(facts: DocumentFacts): readonly Block[] {
  const say = sayingOf('launch', facts);
  return [
    ...list([orderStatement(facts, say), audienceStatement(facts, say)]),
    ...settledIn('launch', facts),
  ];
}

function orderStatement({ definition: { environments } }: DocumentFacts, say: Saying): Statement {
  return say.statement(
    'launch.order',
    words`A release goes through ${listed(environments.map(({ name }) => [name]))}, in this order, and is built once.`,
    { kind: 'decided', by: { kind: 'spec', path: 'environments' } },
  );
}

function audienceStatement(facts: DocumentFacts, say: Saying): Statement {
  const last = facts.definition.environments.at(-1);
  const name = last?.name ?? '';
  return say.statement(
    'launch.audience',
    last?.policy.users === 'internal'
      ? words`Users of ${name} are internal; all of them get a new release with the switch.`
      : words`All end users of ${name} get a new release at once, with the switch. Phases that admit some of them first are described here and carried out by people.`,
    fromSpec(facts, [`environments.${name}.users`], {
      because: 'the last environment serves end users unless it says otherwise',
      question: 'launch.phases',
    }),
  );
}
