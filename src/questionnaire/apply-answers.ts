import { settleWithReasons } from './refusal-reasons.ts';
import type { QuestionEdits, SettleInput, Settlement } from './settlement.ts';
import { settle } from './settle.ts';
import { editSpec } from './spec-edits.ts';
import { readSpec } from './spec-reading.ts';

export interface AppliedAnswers extends Pick<Settlement, 'settled' | 'standings'> {
  /** The text of `deployer.yaml` with all that could be written. */
  readonly specText: string;
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
  for (let round = 0; round < maxRounds; round += 1) {
    const { edits } = settle({ ...input, spec });
    const isWanted = ({ question, isOverriding }: QuestionEdits): boolean =>
      !isOverriding || overriding.includes(question);
    const reluctant = edits.filter((each) => !isWanted(each));
    const edited = editSpec(spec.text, edits.filter(isWanted), reluctant);
    if (edited.made.length === 0) break;
    spec = readSpec(edited.text);
  }
  const { settled, standings } = settleWithReasons({ ...input, spec });
  return { settled, standings, specText: spec.text };
}
