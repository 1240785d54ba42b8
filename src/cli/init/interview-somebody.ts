import { confirm, isCancel, log } from '@clack/prompts';

import type { Answers } from '../../questionnaire/answers.ts';
import { assumedByDraft, firstQuestions } from '../../questionnaire/first-questions.ts';
import {
  goneBack,
  type Interview,
  type InterviewMatter,
  nextQuestion,
  passedOver,
  withGiven,
} from '../../questionnaire/interview.ts';
import type { Question } from '../../questionnaire/question.ts';
import type { FoundAnswer } from '../../questionnaire/settlement.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { putQuestion } from './put-question.ts';

export interface Sitting {
  readonly questions: readonly Question[];
  /** What was answered before, and is not asked again. */
  readonly answered: Answers;
  readonly specText: string;
  /** Nobody has decided what `specText` says. */
  readonly isDraft: boolean;
  readonly findings: readonly FoundAnswer[];
  readonly actor: string;
  readonly kept: KeptAnswers;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Null: whoever sits there left; what was said so far is kept. */
export async function interviewSomebody(sitting: Sitting): Promise<Interview | null> {
  const begun = await begin(sitting.kept);
  if (begun === null) return null;
  log.message(
    'Enter takes what is proposed, - leaves it open, Escape goes back, Ctrl-C leaves; what was answered is kept.',
  );
  const own = sitting.questions.filter(({ id }) => !firstQuestions.includes(id)).map(({ id }) => id);
  const first = await putAll(begun, sitting, firstQuestions);
  if (first === null) return null;
  const more = nextQuestion(first, matterOf(sitting, own));
  if (more === null) return first;
  const goesOn = await confirm({
    message: `${more.total - first.put.length} more can be asked now, or later: deployer questions. Go on?`,
    initialValue: false,
  });
  if (isCancel(goesOn)) return null;
  return goesOn ? putAll(first, sitting, [...firstQuestions, ...own]) : first;
}

async function putAll(begun: Interview, sitting: Sitting, ids: readonly string[]): Promise<Interview | null> {
  const matter = matterOf(sitting, ids);
  let interview = begun;
  for (let next = nextQuestion(interview, matter); next !== null; next = nextQuestion(interview, matter)) {
    const { id } = next.question;
    const reply = await putQuestion(next, sitting.signal);
    switch (reply.kind) {
      case 'left':
        return null;
      case 'back':
        if (interview.put.length === 0) log.info('This is the first question.');
        interview = goneBack(interview);
        break;
      case 'passed':
        interview = passedOver(interview, id);
        break;
      case 'answered': {
        const at = sitting.now().toISOString();
        interview = withGiven(interview, id, { answer: reply.answer, by: sitting.actor, at });
        break;
      }
    }
    await sitting.kept.write(interview);
  }
  return interview;
}

function matterOf(sitting: Sitting, asked: readonly string[]): InterviewMatter {
  const { questions, answered, specText, findings, isDraft, actor } = sitting;
  return {
    questions,
    specText,
    findings,
    answered,
    asked,
    assumed: isDraft ? assumedByDraft : [],
    actor,
  };
}

/** With what was said before, if whoever sits there wants to go on from it. */
async function begin(kept: KeptAnswers): Promise<Interview | null> {
  const fresh: Interview = { answers: new Map(), put: [] };
  const before = await kept.read();
  if (before === null || before.put.length === 0) return fresh;
  const count = before.put.length === 1 ? '1 question was' : `${before.put.length} questions were`;
  const goesOn = await confirm({ message: `Go on where you left? ${count} put.` });
  if (isCancel(goesOn)) return null;
  return goesOn ? before : fresh;
}
