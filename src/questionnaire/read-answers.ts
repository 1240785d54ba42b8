import type { Problem } from '../core/definition/problem.ts';
import { suggestion } from '../core/texts/suggest.ts';
import { isMapping } from '../spec/draft.ts';
import { keyError, keyWarning, valueError, type Fault, type Path } from '../spec/fault.ts';
import { located } from '../spec/locate.ts';
import { readYaml, type YamlSource } from '../spec/yaml-source.ts';
import { type Answers, answersFile, type GivenAnswer } from './answers.ts';
import { tooLarge } from './too-large.ts';

/** Some answers of a megabyte fit in; what is larger is no file that anybody answered questions in. */
const maxAnswersKiB = 8 * 1024;

export interface ReadAnswers {
  readonly answers: Answers;
  /** Errors are about what could not be read; the rest of the file counts all the same. */
  readonly problems: readonly Problem[];
}

/** Reads `deployment/answers.yaml`. Never throws on account of the text; `ids` are those of all questions. */
export function readAnswers(text: string, ids: readonly string[], file: string = answersFile): ReadAnswers {
  const large = tooLarge(text, file, maxAnswersKiB);
  if (large !== null) return { answers: new Map(), problems: [large] };
  const source = readYaml(text);
  const faults: Fault[] = [...source.faults];
  const answers = new Map<string, GivenAnswer>();
  for (const [id, entry] of entriesIn(source, faults)) {
    const path = ['answers', id];
    if (isAfterBreak(source, path)) continue;
    answers.set(id, givenAnswer(entry, path, faults));
    if (!ids.includes(id)) faults.push(keyWarning(path, unknownId(id, ids)));
  }
  return { answers, problems: located(faults, source, file) };
}

function entriesIn({ value, brokenAt }: YamlSource, faults: Fault[]): readonly [string, unknown][] {
  if (value === null) return [];
  const example = 'Write `answers:`, and below it for example `rollback.watch: { answer: 60s }`.';
  if (!isMapping(value)) {
    if (brokenAt === null)
      faults.push(valueError([], { message: 'The file holds no answers.', hint: example }));
    return [];
  }
  for (const key of Object.keys(value).filter((each) => each !== 'answers')) {
    const hint = 'Answers stand below `answers`, each under the id of its question.';
    faults.push(keyError([key], { message: `There is no key \`${key}\` at the top level.`, hint }));
  }
  const { answers } = value;
  if (answers === undefined || answers === null) return [];
  if (isMapping(answers)) return Object.entries(answers);
  faults.push(valueError(['answers'], { message: '`answers` must be a mapping.', hint: example }));
  return [];
}

/** With `answer`, `by` and `at`; or, in short, the answer itself. */
function givenAnswer(entry: unknown, path: Path, faults: Fault[]): GivenAnswer {
  if (!isMapping(entry)) return { answer: entry, by: null, at: null };
  const known = ['answer', 'by', 'at'];
  for (const name of Object.keys(entry).filter((each) => !known.includes(each))) {
    const hint = suggestion(name, known, '');
    faults.push(keyWarning([...path, name], { message: `There is no key \`${name}\` in an answer.`, hint }));
  }
  const by = textIn(entry['by']);
  const at = textIn(entry['at']);
  const isTime = at === null || !Number.isNaN(Date.parse(at));
  if (!isTime) faults.push(keyWarning([...path, 'at'], notATime));
  return { answer: entry['answer'] ?? null, by, at: at !== null && isTime ? at : null };
}

const notATime = {
  message: '`at` is not a time.',
  hint: 'Write for example `2026-11-30T17:00:00Z`, or leave it out.',
};

/** One line: it is shown beside the answer. */
function textIn(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value).replaceAll(/\s+/g, ' ').trim().slice(0, 254);
  return text === '' ? null : text;
}

/** What follows a break may have been read as something that nobody wrote. */
function isAfterBreak(source: YamlSource, path: Path): boolean {
  const { brokenAt } = source;
  return brokenAt !== null && source.offsetOf(keyError(path, { message: '', hint: '' })) >= brokenAt;
}

function unknownId(id: string, ids: readonly string[]): { readonly message: string; readonly hint: string } {
  const hint = suggestion(id, ids, '');
  return {
    message: `No question has the id \`${id}\`; the answer is kept.`,
    hint: hint.startsWith('Did') ? hint : 'deployer questions --all',
  };
}
