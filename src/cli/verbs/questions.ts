import type { AnswerConflict } from '../../core/document/settled.ts';
import { count } from '../../core/figures.ts';
import type { Problem } from '../../core/problem.ts';
import { plainText } from '../../questionnaire/template.ts';
import type { Settlement, Standing } from '../../questionnaire/settlement.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { problemText } from '../output/problem-text.ts';
import {
  allQuestionsText,
  conflictsText,
  type ListedQuestion,
  openQuestionsText,
  type ShownQuestion,
} from '../output/questions-text.ts';
import { findProject, keyOf } from '../project.ts';
import { questionnaireTexts } from '../run/questionnaire-files.ts';
import { defineVerb, flag, type Verb } from '../verb.ts';

export const questions: Verb = defineVerb({
  name: 'questions',
  group: 'Look',
  summary: 'list what is still open, by impact',
  about:
    'What nobody has answered, or answered without settling it: why it is asked, what is assumed meanwhile, and the\n' +
    'command that answers it. Answers that contradict each other, or deployer.yaml, come first. Starts no server.',
  arguments: {},
  options: { all: flag('--all', 'every question, with what holds for it') },
  examples: [
    ['deployer questions', 'what would change most comes first'],
    ['deployer questions --all', 'what was decided, by section of the document'],
    ['deployer questions --json | jq -r ".open[0].next"', 'the command to type first'],
  ],
  async run(context, { all }) {
    const project = await findProject(context);
    const integration = await keyOf(project, context.cwd);
    const { readQuestionnaire } = await import('../../questionnaire/questionnaire.ts');
    const { settle } = await import('../../questionnaire/settle.ts');
    const { impactOf } = await import('../../questionnaire/impact.ts');
    const texts = await questionnaireTexts(project);
    const questionnaire = readQuestionnaire(texts);
    const settlement = settle(questionnaire);
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
  const says = said.map(({ text }) => plainText(text));
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
