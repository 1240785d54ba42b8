import { conflictOfRefusal } from './conflict-text.ts';
import { read } from './read-question.ts';
import type { QuestionEdits, SettleInput, Settlement } from './settlement.ts';
import { settle } from './settle.ts';
import { editSpec, type RefusedEdits } from './spec-edits.ts';
import { readSpec } from './spec-reading.ts';

export interface AppliedAnswers extends Pick<Settlement, 'settled' | 'standings'> {
  /** The text of `deployer.yaml` with all that could be written. */
  readonly specText: string;
  /** What could not be written, which is among the conflicts. */
  readonly refused: readonly RefusedEdits[];
}

/** One answer may be what another question waits for; a chain of them is as long as conditions go. */
const maxRounds = 8;

/**
 * Writes into `deployer.yaml` what is answered and not said there yet. What says something else is left to the person
 * who wrote it, unless `overriding` names the question: then its answer was given in the knowledge of it; or unless
 * what is wanted could not be written otherwise.
 */
export function applyAnswers(input: SettleInput, overriding: readonly string[]): AppliedAnswers {
  let spec = input.spec;
  let refused: readonly RefusedEdits[] = [];
  for (let round = 0; round < maxRounds; round += 1) {
    const { edits } = settle({ ...input, spec });
    const isWanted = ({ question, isOverriding }: QuestionEdits): boolean =>
      !isOverriding || overriding.includes(question);
    const reluctant = edits.filter((each) => !isWanted(each));
    const edited = editSpec(spec.text, edits.filter(isWanted), reluctant);
    refused = edited.refused;
    if (edited.made.length === 0) break;
    spec = readSpec(edited.text);
  }
  return {
    ...withReasons(settle({ ...input, spec }), refused, { ...input, spec }),
    specText: spec.text,
    refused,
  };
}

/** Why it was refused says more than that it is not there. */
function withReasons(
  { settled, standings }: Settlement,
  refused: readonly RefusedEdits[],
  input: SettleInput,
): Pick<Settlement, 'settled' | 'standings'> {
  const conflicts = settled.conflicts.map((conflict) => {
    const reason = refused.find(({ question }) => question === conflict.question)?.reason;
    const question = input.questions.find(({ id }) => id === conflict.question);
    return reason === undefined || question === undefined
      ? conflict
      : conflictOfRefusal(read(question, input), reason);
  });
  return { settled: { ...settled, conflicts }, standings };
}
