import { isMapping } from '../spec/draft.ts';
import type { AnswerValue, Condition } from './question.ts';
import type { EnvironmentNames } from './environment-names.ts';
import { settingPath } from './environment-names.ts';
import type { SpecReading } from './spec-reading.ts';

export interface ConditionFacts {
  readonly spec: Pick<SpecReading, 'at' | 'roles'>;
  readonly names: EnvironmentNames;
  /** What holds for a question, answered or not; null: nothing does. */
  readonly valueOf: (question: string) => AnswerValue | null;
}

export function holds(condition: Condition | undefined, facts: ConditionFacts): boolean {
  if (condition === undefined) return true;
  if ('question' in condition) return isOneOf(facts.valueOf(condition.question), condition.is);
  if ('spec' in condition) {
    const path = settingPath(condition.spec, facts.names);
    return path !== null && facts.spec.at(path) !== undefined;
  }
  if ('several' in condition) {
    const path = settingPath(condition.several, facts.names);
    const there = path === null ? undefined : facts.spec.at(path);
    return isMapping(there) && Object.keys(there).length > 1;
  }
  if ('roles' in condition) return condition.roles.some((role) => facts.spec.roles.includes(role));
  if ('all' in condition) return condition.all.every((each) => holds(each, facts));
  if ('any' in condition) return condition.any.some((each) => holds(each, facts));
  return !holds(condition.not, facts);
}

/** The questions that a condition looks at. */
export function questionsIn(condition: Condition | undefined): readonly string[] {
  if (condition === undefined) return [];
  if ('question' in condition) return [condition.question];
  if ('all' in condition) return condition.all.flatMap(questionsIn);
  if ('any' in condition) return condition.any.flatMap(questionsIn);
  return 'not' in condition ? questionsIn(condition.not) : [];
}

function isOneOf(value: AnswerValue | null, choices: readonly string[]): boolean {
  const values = value === null ? [] : Array.isArray(value) ? value.map(String) : [String(value)];
  return values.length > 0 && (choices.includes('*') || values.some((each) => choices.includes(each)));
}
