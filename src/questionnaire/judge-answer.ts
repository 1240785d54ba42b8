import { isPlain } from '../core/texts/plain-text.ts';
import { suggestion } from '../core/texts/suggest.ts';
import { judgeDuration, judgeNumber } from './judge-quantity.ts';
import { formFault } from './text-form.ts';
import { lacking, settling, type Judgement } from './judgement.ts';
import type { Question, QuestionOption } from './question.ts';
import { vagueness } from './vague-text.ts';

/** Longer texts are recorded, and nobody would read them in a document. */
const maxLength = 2000;
const maxItems = 50;

/** Whether an answer settles its question, or why not. Total: it takes whatever stands in the file. */
export function judgeAnswer(question: Question, given: unknown): Judgement {
  if (given === null || given === undefined) return lacking('it is empty');
  if (Array.isArray(given)) return judgeItems(question, given);
  const text = textOf(given);
  if (text === null) return lacking('it is a mapping, where a plain value is asked for');
  if (text.length > maxLength) {
    return lacking(`it has ${text.length} characters, and nobody reads more than ${maxLength}`);
  }
  if (!isPlain(text)) return lacking('there are characters in it that are not shown');
  switch (question.kind) {
    case 'choice':
      return judgeChoice(question, given === true ? 'yes' : given === false ? 'no' : text);
    case 'number':
      return judgeNumber(question, text);
    case 'duration':
      return judgeDuration(question, text);
    case 'text':
      return judgeText(question, text);
    case 'many':
    case 'people':
      return judgeItems(question, itemsIn(question, text));
  }
}

/** A plain value as text; blanks and line breaks count as one blank, so that it may be folded in the file. */
function textOf(given: unknown): string | null {
  const isPlainValue = ['string', 'number', 'boolean', 'bigint'].includes(typeof given);
  return isPlainValue ? `${given}`.replaceAll(/\s+/g, ' ').trim() : null;
}

function judgeChoice({ options = [] }: Question, text: string): Judgement {
  const chosen = optionOf(options, text);
  return chosen === null ? lacking(noSuchOption(options, text)) : settling(chosen.value);
}

function optionOf(options: readonly QuestionOption[], text: string): QuestionOption | null {
  const same = (word: string): boolean => word.toLowerCase() === text.toLowerCase();
  return options.find(({ value }) => same(value)) ?? options.find(({ label }) => same(label)) ?? null;
}

function noSuchOption(options: readonly QuestionOption[], text: string): string {
  if (text === '') return 'it is empty';
  const values = options.map(({ value }) => value);
  const instead = suggestion(text, values, 'There is none.').replaceAll('`', '"').replace(/\.$/, '');
  return `there is no choice "${shortened(text)}": ${lowerFirst(instead)}`;
}

function judgeText(question: Question, text: string): Judgement {
  const fault = textFault(question, text);
  if (fault !== null) return lacking(fault);
  const max = question.limits?.max ?? 500;
  return text.length > max ? lacking(`it has ${text.length} characters, more than ${max}`) : settling(text);
}

function textFault({ ask, again, id, limits }: Question, text: string): string | null {
  const form = limits?.form;
  if (text === '') return 'it is empty';
  // A branch may well be called `test`; a name that is no sentence is judged by its form.
  if (form === undefined) return vagueness(text, [ask, again, id]);
  return formFault(form, text);
}

/** Of a list each item has to do, as it is not known which one could be left out. */
function judgeItems(question: Question, given: readonly unknown[]): Judgement {
  if (question.kind !== 'many' && question.kind !== 'people')
    return lacking('it is a list, and one is asked for');
  const items = given.map((item) => textOf(item) ?? '');
  const { min = question.kind === 'people' ? 1 : 0, max = maxItems } = limitsOf(question);
  if (items.length > max) return lacking(`it lists ${items.length}, more than ${max}`);
  if (isNothing(question, items)) return min > 0 ? lacking('it names nothing') : settling([]);
  const judged = items.map((item) => judgeItem(question, item));
  const fault = judged.find((each) => each.kind === 'lacks');
  if (fault !== undefined) return fault;
  const values = judged.flatMap((each) => (each.kind === 'settles' ? [String(each.value)] : []));
  const unique = [...new Set(values)];
  return unique.length < min ? lacking('it names nothing') : settling(unique);
}

function limitsOf({ limits }: Question): { readonly min?: number; readonly max?: number } {
  return limits ?? {};
}

/** Nobody is not a person to be told; of kinds and files there may be none. */
function isNothing({ kind, options }: Question, items: readonly string[]): boolean {
  if (items.length === 0) return true;
  if (kind !== 'many' || items.length > 1 || options === undefined) return false;
  return /^(?:none|nothing|-)$/i.test(items[0] ?? '') && optionOf(options, items[0] ?? '') === null;
}

function judgeItem(question: Question, item: string): Judgement {
  if (item.length > maxLength || !isPlain(item))
    return lacking('one of them is too long, or is not shown as it is');
  if (question.kind === 'people') {
    const address = /^[^<>]*<([^<>]+)>$/.exec(item)?.[1] ?? item;
    return isAddress(address) ? settling(address) : lacking(noAddress(address));
  }
  if (question.options !== undefined) return judgeChoice(question, item);
  const fault = textFault(question, item);
  if (fault !== null) return lacking(fault);
  return item.length > 200 ? lacking('one of them has more than 200 characters') : settling(item);
}

/** As mail has it, and short enough for `deployer.yaml`. */
function isAddress(text: string): boolean {
  return /^[^\s,;<>@"]{1,64}@[^\s,;<>@"]{1,180}$/.test(text);
}

function noAddress(text: string): string {
  return text === '' ? 'it names nobody' : `"${shortened(text)}" is no address that could be written to`;
}

function itemsIn(question: Question, text: string): readonly string[] {
  return text.split(separatorOf(question)).filter((item) => item !== '');
}

function separatorOf({ kind, options, limits }: Question): RegExp {
  // `Ann <ann@example.com>` is one.
  if (kind === 'people') return /\s*[,;]\s*|(?<=[@>]\S*)\s+/;
  // Sentences have commas in them, and globs have some between braces.
  return options === undefined && limits?.form === undefined ? /\s*;\s*/ : /[\s,;]+(?![^{}]*\})/;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
