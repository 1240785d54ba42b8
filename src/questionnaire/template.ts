import { receiverName } from '../core/alerts/receiver.ts';
import type { Inline } from '../core/document/statement.ts';
import { plainWords, sentence } from '../core/document/words.ts';
import type { EnvironmentNames } from './environment-names.ts';
import type { AnswerValue, Question, QuestionOption } from './question.ts';

const placeholder = /(\{(?:answer|means|environment|first|before-last|last|fact:[^{}]+)\})/;

export interface TemplateFacts {
  readonly question: Question;
  /** Null: the sentence is about there being no answer. */
  readonly value: AnswerValue | null;
  readonly names: EnvironmentNames;
}

/**
 * A template taken apart, with what is put in as pieces of their own: an answer never becomes part of the template, and
 * only what a question itself says may have code in it.
 */
export function filled(template: string, facts: TemplateFacts): readonly Inline[] {
  return template
    .split(placeholder)
    .filter((piece) => piece !== '')
    .flatMap((piece) => (placeholder.test(piece) ? valueOf(piece.slice(1, -1), facts) : sentence(piece)));
}

/** An answer as people read it. Of an address that may be a secret only the host is shown. */
export function answerText(question: Question, value: AnswerValue): string {
  return plainWords(answerInlines(question, value));
}

/** Names in a template that nothing fills. */
export function unknownPlaceholders(template: string): readonly string[] {
  return [...template.matchAll(/\{[^{}]*\}/g)]
    .map(([found]) => found)
    .filter((found) => !placeholder.test(found));
}

function valueOf(name: string, { question, value, names }: TemplateFacts): readonly Inline[] {
  if (name === 'answer') return value === null ? ['nothing'] : answerInlines(question, value);
  const option = question.options?.find((each) => each.value === value);
  if (name === 'means') return sentence(option?.means ?? 'nothing');
  if (name.startsWith('fact:')) return sentence(option?.facts?.[name.slice('fact:'.length)] ?? 'not said');
  return [names[name as keyof EnvironmentNames] ?? 'an environment that is not there'];
}

function answerInlines(question: Question, value: AnswerValue): readonly Inline[] {
  if (!isList(value)) return [shown(question, value)];
  if (value.length === 0) return ['none'];
  return value.flatMap((item, index) => [...(index === 0 ? [] : [', ']), shown(question, item)]);
}

function shown({ options, limits = {} }: Question, value: string | number): Inline {
  if (typeof value === 'number') {
    if (limits.unit === '%') return `${Math.round(value * 1e6) / 1e4}%`;
    return limits.unit === 'ms' ? `${value} ms` : String(value);
  }
  const option: QuestionOption | undefined = options?.find((each) => each.value === value);
  if (option !== undefined) return option.label;
  if (limits.form === 'url') return { code: receiverName(value) };
  return limits.form === undefined || limits.form === 'amount' ? value : { code: value };
}

function isList(value: AnswerValue): value is readonly string[] {
  return Array.isArray(value);
}
