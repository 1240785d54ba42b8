import { styleText } from 'node:util';

import { isCancel, multiselect, select, text } from '@clack/prompts';

import type { AnswerValue } from '../../questionnaire/question.ts';
import { lackOf, type NextQuestion } from '../../questionnaire/interview.ts';
import { optionFacts } from '../../questionnaire/option-facts.ts';
import { choicesOf, later, type Said, saidBy } from './said.ts';
import { proposalText } from './proposal-text.ts';

export type Reply = Said | { readonly kind: 'back' } | { readonly kind: 'left' };

/**
 * Puts one question on the terminal. Enter takes what is proposed, Escape goes back, Ctrl-C leaves. An answer that
 * lacks detail is asked for once more, with the reason; the second one is taken as it is.
 */
export async function putQuestion(next: NextQuestion, signal: AbortSignal): Promise<Reply> {
  const { question } = next;
  // The hint beside a choice is one line: what tells them apart stands before them.
  const why = [question.why, ...optionFacts(question)].join('\n');
  const first = await putOnce(next, headOf(next, question.ask, why), signal);
  const lack = first.kind === 'answered' ? lackOf(question, first.answer) : null;
  if (lack === null) return first;
  return putOnce(
    { ...next, proposal: null },
    headOf(next, question.again, `That does not say it yet: ${lack}.`),
    signal,
  );
}

function headOf({ number, total }: NextQuestion, ask: string, why: string): string {
  return `${number} of ${total}  ${ask}\n${why}`;
}

async function putOnce(next: NextQuestion, message: string, signal: AbortSignal): Promise<Reply> {
  const key = lastKey();
  try {
    const answer = await answerTo(next, message, signal);
    if (isCancel(answer) || typeof answer === 'symbol') return { kind: key.isEscape() ? 'back' : 'left' };
    return saidBy(answer);
  } finally {
    key.release();
  }
}

async function answerTo(
  { question, proposal }: NextQuestion,
  message: string,
  signal: AbortSignal,
): Promise<string | string[] | symbol> {
  const options = choicesOf(question);
  switch (question.kind) {
    case 'choice':
      return select({
        message,
        options: [...options, { value: later, label: 'later', hint: 'it stays open' }],
        // Where nothing is proposed Enter decides nothing.
        initialValue: typeof proposal === 'string' ? proposal : later,
        signal,
      });
    case 'many':
      if (options.length === 0) return typed(question, proposal, { message, signal });
      return multiselect({
        message: `${message}\nSpace chooses, Enter goes on; nothing chosen stays open.`,
        options,
        initialValues: Array.isArray(proposal) ? proposal.map(String) : [],
        required: false,
        signal,
      });
    case 'text':
    case 'number':
    case 'duration':
    case 'people':
      return typed(question, proposal, { message, signal });
  }
}

async function typed(
  question: NextQuestion['question'],
  proposal: AnswerValue | null,
  { message, signal }: { readonly message: string; readonly signal: AbortSignal },
): Promise<string | symbol> {
  const proposed = proposal === null ? '' : proposalText(question, proposal);
  const answer = await text({
    // The library draws its guide beside every line but these.
    message: message.replaceAll('\n', `\n${styleText('gray', '│')}  `),
    placeholder: proposed === '' ? 'Enter leaves it open' : `${proposed}   (- leaves it open)`,
    ...(proposed === '' ? {} : { defaultValue: proposed }),
    signal,
  });
  return isCancel(answer) ? answer : (answer ?? '').trim();
}

/** Which key ended a prompt: the library tells Escape and Ctrl-C not apart. */
function lastKey(): { isEscape(): boolean; release(): void } {
  let name: string | undefined;
  const listen = (_character: string, key?: { readonly name?: string }): void => {
    name = key?.name;
  };
  process.stdin.prependListener('keypress', listen);
  return {
    isEscape: () => name === 'escape',
    release: () => void process.stdin.off('keypress', listen),
  };
}
