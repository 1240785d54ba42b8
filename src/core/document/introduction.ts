import { count } from '../texts/figures.ts';
import { paragraph } from './blocks.ts';
import type { Block, Words } from './document.ts';
import type { DocumentBasis, DocumentFacts } from './facts.ts';
import type { OpenQuestion } from './settled.ts';
import { code, listed, sentence, words } from './words.ts';

/** What the document is about, what it speaks of, and which answers lacked detail. */
export function introductionOf(facts: DocumentFacts): readonly Block[] {
  const { name, components, owners, environments } = facts.definition;
  const agents = components.filter(({ role }) => role === 'agent');
  const what =
    agents.length === 0 ? [] : words`, with ${listed(agents.map((agent) => code(agent.name)))} as its agent`;
  return [
    paragraph(
      words`${name} is an agent integration of ${count(components.length, 'component')}${what}. ${ownersWords(owners)} A release of it goes through ${listed(environments.map((environment) => [environment.name]))}.`,
    ),
    paragraph(basisWords(facts.basis)),
    paragraph(
      words`Every statement says where it is known from: decided by an answer or by ${code('deployer.yaml')}, assumed until somebody decides, or observed. Where observation contradicts what was decided, that is shown as drift.`,
    ),
    ...lackingBlocks(facts.settled.open),
  ];
}

function ownersWords(owners: readonly string[]): Words {
  return owners.length === 0
    ? words`Nobody is named as its owner.`
    : words`Its owners are ${listed(owners)}.`;
}

function basisWords(basis: DocumentBasis): Words {
  if (basis.kind === 'release') {
    return words`It speaks of the release ${basis.version} (${code(basis.release)}) of the commit ${code(basis.commit)}, the newest one.`;
  }
  const newest =
    basis.newest === null
      ? words`Nothing has been released yet.`
      : words`The newest release is ${basis.newest}; what differs from it has not been released.`;
  return words`It speaks of files that ${basis.by} has given to the server. ${newest}`;
}

function lackingBlocks(open: readonly OpenQuestion[]): readonly Block[] {
  const lacking = open.flatMap(({ id, given, assumed }) => (given === null ? [] : [{ id, given, assumed }]));
  if (lacking.length === 0) return [];
  return [
    paragraph(words`${count(lacking.length, 'answer')} lacked detail, so this is assumed meanwhile:`),
    {
      kind: 'notes',
      items: lacking.map(
        ({ id, given, assumed }) =>
          words`${code(id)} was answered with “${given.answer}”: ${ended(given.lacks)} Assumed: ${ended(assumed)}`,
      ),
    },
  ];
}

/** With one full stop, whoever wrote it. */
function ended(text: string): Words {
  return sentence(/[.!?]\s*$/.test(text) ? text : `${text}.`);
}
