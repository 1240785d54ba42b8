import { conflictOfRefusal } from './conflict-text.ts';
import { read } from './read-question.ts';
import { settle } from './settle.ts';
import type { SettleInput, Settlement } from './settlement.ts';
import { reasonsAgainst } from './spec-edits.ts';

/**
 * What all answers come to, with the reason where `deployer.yaml` could not hold one: that says more than that it is
 * not there. It is worked out anew each time, as nothing keeps it and the file may be another one by now.
 */
export function settleWithReasons(input: SettleInput): Settlement {
  const settlement = settle(input);
  const { settled, edits } = settlement;
  const reasons = reasonsAgainst(input.spec.text, edits);
  if (reasons.size === 0) return settlement;
  const conflicts = settled.conflicts.map((conflict) => {
    const reason = reasons.get(conflict.question);
    const question = input.questions.find(({ id }) => id === conflict.question);
    return reason === undefined || question === undefined
      ? conflict
      : conflictOfRefusal(read(question, input), reason);
  });
  return { ...settlement, settled: { ...settled, conflicts } };
}
