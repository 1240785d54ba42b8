import { suggestion } from '../core/texts/suggest.ts';
import { valueError, type Fault } from '../spec/fault.ts';
import { fieldAt } from '../spec/json-schema.ts';
import { questionsIn } from './condition.ts';
import { environmentNames, settingPath } from './environment-names.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { Question } from './question.ts';
import { unknownPlaceholders } from './template.ts';

/** What is wrong with a question that its form does not show. `others` stand before it. */
export function questionFaults(question: Question, others: readonly Question[]): readonly Fault[] {
  return [
    ...idFaults(question, others),
    ...optionFaults(question),
    ...valueFaults(question),
    ...conditionFaults(question, others),
    ...templateFaults(question),
    ...pathFaults(question),
  ];
}

function idFaults({ id }: Question, others: readonly Question[]): readonly Fault[] {
  if (!others.some((each) => each.id === id)) return [];
  const hint = 'Give it another id, one that begins with the name of your organisation.';
  return [valueError(['id'], { message: `There is a question \`${id}\` already.`, hint })];
}

function optionFaults({ kind, options }: Question): readonly Fault[] {
  if (kind !== 'choice' || options !== undefined) return [];
  return [
    valueError(['kind'], { message: 'A choice needs `options`.', hint: 'Add what there is to choose from.' }),
  ];
}

function valueFaults(question: Question): readonly Fault[] {
  const values = [
    ['default', question.default.value],
    ['suggest', question.suggest ?? null],
  ] as const;
  return values.flatMap(([key, value]) => {
    if (value === null) return [];
    const judgement = judgeAnswer(question, value);
    if (judgement.kind === 'settles') return [];
    const message = `\`${key}\` would settle nothing: ${judgement.lacks}.`;
    return [valueError([key], { message, hint: 'Give a value that would do as an answer.' })];
  });
}

function conditionFaults({ applies }: Question, others: readonly Question[]): readonly Fault[] {
  const ids = others.map(({ id }) => id);
  return questionsIn(applies)
    .filter((id) => !ids.includes(id))
    .map((id) =>
      valueError(['applies'], {
        message: `There is no question \`${id}\` before this one.`,
        hint: suggestion(id, ids, 'Remove it.'),
      }),
    );
}

function templateFaults({ settles, default: { meanwhile } }: Question): readonly Fault[] {
  const texts = [...settles.statements.map(({ says }) => says), meanwhile ?? ''];
  return texts.flatMap(unknownPlaceholders).map((found) =>
    valueError(['settles'], {
      message: `Nothing is put in for \`${found}\`.`,
      hint: 'There is {answer}, {means}, {fact:<name>}, {environment}, {first}, {before-last} and {last}.',
    }),
  );
}

function pathFaults({ settles, environment }: Question): readonly Fault[] {
  const names = environmentNames(['dev', 'staging', 'production'], environment);
  return (settles.spec ?? []).flatMap(({ path }) => {
    const steps = settingPath(path, names);
    if (steps !== null && fieldAt(steps) !== null) return [];
    const message = `There is no place \`${path}\` in deployer.yaml.`;
    return [valueError(['settles', 'spec'], { message, hint: 'docs/spec.md lists every key.' })];
  });
}
