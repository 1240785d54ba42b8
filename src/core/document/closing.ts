import { count } from '../texts/figures.ts';
import { paragraph } from './blocks.ts';
import { type Block, type DocumentSection, statementsOf, type Words } from './document.ts';
import type { DocumentFacts } from './facts.ts';
import { code, listed, sentence, words } from './words.ts';

/** So many are named; the rest is counted. */
const mostNamed = 10;

/** What is still open: questions, conflicts, drift, cells of the checklist, waivers that have run out. */
export function closingOf(facts: DocumentFacts, sections: readonly DocumentSection[]): readonly Block[] {
  const { settled, checklist } = facts;
  const drifting = statementsOf({ sections }).filter(({ drift }) => drift !== null);
  const cells = checklist.items.flatMap((row) => Object.values(row.cells));
  const unmet = cells.filter(
    ({ status }) => status === 'failed' || status === 'undecided' || status === 'pending',
  );
  const expired = [...checklist.waivers, ...facts.liveWaivers].filter(({ isExpired }) => isExpired);
  const counts = [
    ...(settled.open.length === 0 ? [] : [count(settled.open.length, 'question')]),
    ...(settled.conflicts.length === 0 ? [] : [count(settled.conflicts.length, 'conflict')]),
    ...(drifting.length === 0
      ? []
      : [
          `${count(drifting.length, 'statement')} that no longer ${drifting.length === 1 ? 'holds' : 'hold'}`,
        ]),
    ...(unmet.length === 0 ? [] : [`${count(unmet.length, 'cell')} of the checklist`]),
    ...(expired.length === 0 ? [] : [`${count(expired.length, 'waiver')} that ran out`]),
  ];
  const unknown = facts.stated === null ? [questionsUnknown] : [];
  if (counts.length === 0 && unknown.length > 0) return unknown;
  if (counts.length === 0)
    return [
      paragraph(words`Nothing is open: every question is answered, and every item of the checklist is met.`),
    ];
  return [
    paragraph(words`Still open: ${listed(counts)}.`),
    ...unknown,
    ...notes([
      ...settled.conflicts.map(
        ({ question, sides: [one, other], next }) =>
          words`Conflict at ${code(question)}: ${sentence(one)} ${sentence(other)} To settle it: ${code(next)}.`,
      ),
      ...drifting.map(({ id, drift }) => words`Drift at ${code(id)}: ${drift?.observed ?? ''}`),
      ...openWords(facts),
    ]),
  ];
}

/** Without `deployer.yaml` as text, no question is known to be answered. */
const questionsUnknown: Block = paragraph(
  words`Which questions are open is not known: the server's clone does not have the commit of this release any more. The next ${code('deployer ship')} brings it back.`,
);

function openWords({ settled: { open } }: DocumentFacts): readonly Words[] {
  const named = open
    .slice(0, mostNamed)
    .map(
      ({ ask, assumed, next }) =>
        words`${sentence(ask)} Assumed meanwhile: ${sentence(assumed)} To answer: ${code(next)}.`,
    );
  const more = open.length - named.length;
  return more === 0
    ? named
    : [...named, words`${count(more, 'more question')}: ${code('deployer questions')}.`];
}

function notes(items: readonly Words[]): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'notes', items }];
}
