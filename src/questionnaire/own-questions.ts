import type { z } from 'zod';

import type { Problem } from '../core/definition/problem.ts';
import { suggestion } from '../core/texts/suggest.ts';
import { isMapping } from '../spec/draft.ts';
import { dotted, keyError, valueError, type Fault, type Path } from '../spec/fault.ts';
import { located } from '../spec/locate.ts';
import { readYaml } from '../spec/yaml-source.ts';
import { questionsFile } from './answers.ts';
import type { Question } from './question.ts';
import { questionFaults } from './question-faults.ts';
import { ownQuestion } from './question-schema.ts';
import { tooLarge } from './too-large.ts';

const maxQuestionsKiB = 256;
const maxQuestions = 200;

export interface ReadQuestions {
  /** Those that are right. */
  readonly questions: readonly Question[];
  readonly problems: readonly Problem[];
}

/** Reads `deployment/questions.yaml`: what an organisation asks beside the questions that come with Deployer. */
export function readOwnQuestions(
  text: string,
  builtIn: readonly Question[],
  file: string = questionsFile,
): ReadQuestions {
  const large = tooLarge(text, file, maxQuestionsKiB);
  if (large !== null) return { questions: [], problems: [large] };
  const source = readYaml(text);
  const faults: Fault[] = [...source.faults];
  const questions: Question[] = [];
  for (const [index, item] of itemsIn(source.value, faults).entries()) {
    const path = ['questions', index];
    const parsed = ownQuestion.safeParse(item);
    if (!parsed.success) {
      faults.push(...parsed.error.issues.flatMap((issue) => faultsOf(issue, path)));
      continue;
    }
    const found = questionFaults(parsed.data, [...builtIn, ...questions]);
    faults.push(...found.map((fault) => ({ ...fault, path: [...path, ...fault.path] })));
    if (found.length === 0) questions.push(parsed.data);
  }
  return { questions: source.brokenAt === null ? questions : [], problems: located(faults, source, file) };
}

function itemsIn(value: unknown, faults: Fault[]): readonly unknown[] {
  if (value === null || value === undefined) return [];
  const list = isMapping(value) ? value['questions'] : undefined;
  if (Array.isArray(list) && list.length <= maxQuestions) return list;
  const message = Array.isArray(list)
    ? `There are more than ${maxQuestions} questions.`
    : 'The file holds no list `questions`.';
  faults.push(valueError([], { message, hint: 'See docs/questionnaire.md.' }));
  return [];
}

function faultsOf(issue: z.core.$ZodIssue, at: Path): readonly Fault[] {
  const inner = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const path = [...at, ...inner];
  const name = dotted(inner.length === 0 ? ['questions'] : inner);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      keyError([...path, key], {
        message: `There is no key \`${key}\` in a question.`,
        hint: suggestion(key, Object.keys(shape), 'Remove it.'),
      }),
    );
  }
  const message = issue.message
    .replace(/^Invalid input: expected/, 'must be')
    .replace(/^Invalid /, 'has an invalid ');
  return [
    valueError(path, { message: `\`${name}\` ${lowerFirst(message)}.`, hint: 'See docs/questionnaire.md.' }),
  ];
}

/** The keys of a question, for whoever mistypes one. */
const shape: Readonly<Record<keyof Question, true>> = {
  id: true,
  section: true,
  ask: true,
  again: true,
  why: true,
  kind: true,
  options: true,
  limits: true,
  default: true,
  suggest: true,
  applies: true,
  environment: true,
  settles: true,
};

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
