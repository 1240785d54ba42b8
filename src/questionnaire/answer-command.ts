import type { AnswerValue, Question } from './question.ts';

/** The command that answers a question: with a value, with what is proposed, or with what belongs there. */
export function answerCommand(question: Question, value: AnswerValue | null): string {
  return `deployer answer ${question.id} ${typed(question, value) ?? placeholderOf(question)}`;
}

/** Null: it is not for typing into a shell as it is. */
function typed(question: Question, value: AnswerValue | null): string | null {
  if (value === null) return null;
  if (typeof value === 'number') return question.limits?.unit === '%' ? `${percent(value)}%` : String(value);
  if (question.limits?.form === 'url') return null;
  const text = typeof value === 'string' ? value : value.join(',');
  if (/^[\w@.:/+%][\w@.,:/+%-]*$/.test(text)) return text;
  return /^[\p{L}\p{N} @.,:;/+%()-]{1,60}$/u.test(text) && !text.startsWith('-') ? `"${text}"` : null;
}

function percent(share: number): number {
  return Math.round(share * 1e6) / 1e4;
}

function placeholderOf({ kind, options = [], limits }: Question): string {
  switch (kind) {
    case 'choice':
      return options.length > 6 ? '<choice>' : `<${options.map(({ value }) => value).join('|')}>`;
    case 'many':
      if (options.length > 0) return '<choice,choice>';
      return limits?.form === 'url'
        ? '<https://…>'
        : limits?.form === undefined
          ? '"<one>; <another>"'
          : '<files>';
    case 'number':
      return limits?.unit === '%' ? '<share, e.g. 2%>' : '<number>';
    case 'duration':
      return '<time, e.g. 15m>';
    case 'people':
      return '<addresses>';
    case 'text':
      return limits?.form === undefined ? '"<text>"' : `<${limits.form}>`;
  }
}
