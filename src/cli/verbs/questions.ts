import type { AnswerConflict } from '../../core/document/settled.ts';
import { plainWords } from '../../core/document/words.ts';
import { count } from '../../core/texts/figures.ts';
import type { Problem } from '../../core/definition/problem.ts';
import type { Question } from '../../questionnaire/question.ts';
import type { Settlement, Standing } from '../../questionnaire/settlement.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { problemText } from '../output/problem-text.ts';
import { questionText } from '../output/question-text.ts';
import {
  allQuestionsText,
  conflictsText,
  type ListedQuestion,
  openQuestionsText,
  type ShownQuestion,
} from '../output/questions-text.ts';
import { findProject, keyOf } from '../project.ts';
import { questionnaireTexts } from '../run/questionnaire-files.ts';
import { questionOf } from '../run/question-of.ts';
import { defineVerb, flag, optional, type Verb } from '../verb.ts';

export const questions: Verb = defineVerb({
  name: 'questions',
  group: 'Look',
  summary: 'list what is still open, by impact',
  about:
    'What nobody has answered, or answered without settling it: why it is asked, what is assumed meanwhile, and the\n' +
    'command that answers it. Answers that contradict each other, deployer.yaml or what is found in the\n' +
    'repository come first. Starts no server.',
  arguments: { id: optional('text', 'id of a question: it alone, with what each choice brings') },
  options: { all: flag('--all', 'every question, with what holds for it') },
  examples: [
    ['deployer questions', 'what would change most comes first'],
    ['deployer questions --all', 'what was decided, by section of the document'],
    ['deployer questions infrastructure.cloud', 'one of them, with what speaks for each choice'],
    ['deployer questions --json | jq -r ".open[0].next"', 'the command to type first'],
  ],
  async run(context, { id, all }) {
    const project = await findProject(context);
    const integration = await keyOf(project, context.cwd);
    const { readQuestionnaire } = await import('../../questionnaire/questionnaire.ts');
    const { settleWithReasons } = await import('../../questionnaire/refusal-reasons.ts');
    const { impactOf } = await import('../../questionnaire/impact.ts');
    const texts = await questionnaireTexts(project);
    const questionnaire = readQuestionnaire(texts);
    const { repositoryFindings } = await import('../run/repository-findings.ts');
    const findings = await repositoryFindings(project.folder, context.signal);
    const settlement = settleWithReasons({ ...questionnaire, findings });
    if (id !== null) return printOne(context, questionOf(questionnaire, id), settlement);
    const byId = new Map(questionnaire.questions.map((question) => [question.id, question]));
    const open = settlement.settled.open.flatMap((each): readonly ShownQuestion[] => {
      const question = byId.get(each.id);
      if (question === undefined) return [];
      const { kind: impact } = impactOf(question, questionnaire.questions);
      return [{ ...each, impact, options: (question.options ?? []).map(({ value }) => value) }];
    });
    const report: QuestionsReport = {
      integration,
      open,
      conflicts: settlement.settled.conflicts,
      problems: questionnaire.problems,
      ...(all ? { questions: settlement.standings.map((each) => listed(each, settlement)) } : {}),
    };
    const sources = {
      'deployment/answers.yaml': texts.answers,
      'deployment/questions.yaml': texts.questions,
    };
    context.terminal.out.line(context.isJson ? JSON.stringify(report) : reportText(report, sources, context));
    return exitCode.done;
  },
});

function printOne({ isJson, terminal }: Context, question: Question, settlement: Settlement): number {
  const { out } = terminal;
  const standing = settlement.standings.find((each) => each.question.id === question.id);
  if (standing === undefined) throw new Error(`${question.id} was not settled`);
  const now = listed(standing, settlement);
  const view = { style: out.style, width: out.columns };
  out.line(isJson ? JSON.stringify({ ...question, now }) : questionText(question, now, view));
  return exitCode.done;
}

/** `questions --json` */
interface QuestionsReport {
  readonly integration: string;
  readonly open: readonly ShownQuestion[];
  readonly conflicts: readonly AnswerConflict[];
  /** Of the files of the questionnaire. */
  readonly problems: readonly Problem[];
  /** With `--all`. */
  readonly questions?: readonly ListedQuestion[];
}

function listed({ question, applies, value, from }: Standing, { settled }: Settlement): ListedQuestion {
  const { id, section, ask } = question;
  const said = settled.statements.filter((each) => each.id === id || each.id.startsWith(`${id}.`));
  const says = said.map(({ text }) => plainWords(text));
  const kinds = said.map(({ source }) => source.kind);
  const state = !applies ? 'not asked' : (kinds[0] ?? (from === 'default' ? 'assumed' : 'decided'));
  return { id, section, ask, state, value: applies ? value : null, says: applies ? says.join(' ') : ask };
}

function reportText(
  { open, conflicts, problems, questions: every }: QuestionsReport,
  sources: Readonly<Record<string, string | null>>,
  { terminal: { out } }: Context,
): string {
  const { style, columns: width } = out;
  const view = { style, width };
  const head =
    open.length === 0
      ? `${style.good('✓')} Nothing is open.`
      : style.bold(count(open.length, 'open question'));
  return [
    ...problems.map((problem) => problemText(problem, sources[problem.file] ?? '', style)),
    ...(conflicts.length === 0 ? [] : [conflictsText(conflicts, view)]),
    ...(every === undefined
      ? [head, ...openQuestionsText(open, view)]
      : [allQuestionsText(every, view), head]),
  ].join('\n\n');
}
