import { join } from 'node:path';

import { DeployerError } from '../../errors.ts';
import type { RevisionDiff } from '../../core/document/revision-diff.ts';
import { unifiedDiff } from '../../lib/unified-diff.ts';
import { answersFile } from '../../questionnaire/answers.ts';
import type { GivenAnswerOutcome } from '../../questionnaire/give-answer.ts';
import type { Question } from '../../questionnaire/question.ts';
import type { Questionnaire, QuestionnaireTexts } from '../../questionnaire/questionnaire.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { answerText } from '../output/answer-text.ts';
import { confirm } from '../output/confirm.ts';
import { findProject, type Project } from '../project.ts';
import { documentAfter } from '../run/document-after.ts';
import { questionOf } from '../run/question-of.ts';
import { questionnaireTexts, writeChanges } from '../run/questionnaire-files.ts';
import { defineVerb, flag, optional, required, type Verb } from '../verb.ts';

export const answer: Verb = defineVerb({
  name: 'answer',
  group: 'Decide',
  summary: 'answer one of the questions, and see what it changes',
  about:
    'Records the answer in deployment/answers.yaml, with who and when, and writes what it settles into deployer.yaml,\n' +
    'whose comments stay. Shows both changes and asks before it writes. An answer that lacks detail is recorded as well:\n' +
    'it changes nothing, and what is assumed meanwhile is said. Starts no server; one that runs\n' +
    'writes the document anew.',
  arguments: {
    id: required('text', 'id of a question, e.g. rollback.watch'),
    value: optional('text', 'the answer; several with commas between them'),
  },
  options: {
    remove: flag('--remove', 'take the answer back; deployer.yaml stays as it is'),
    yes: flag('--yes', 'write without asking'),
  },
  examples: [
    ['deployer answer rollback.watch 60s', 'deployer.yaml gets watch: { seconds: 60 }'],
    ['deployer answer integration.owners ann@example.com,ben@example.com', 'several people'],
    ['deployer answer rollback.watch --remove', 'the question is open again'],
  ],
  async run(context, { id, value, remove, yes }) {
    const project = await findProject(context);
    const texts = await questionnaireTexts(project);
    const { readQuestionnaire } = await import('../../questionnaire/questionnaire.ts');
    const { giveAnswer } = await import('../../questionnaire/give-answer.ts');
    const { repositoryFindings } = await import('../run/repository-findings.ts');
    const questionnaire = readQuestionnaire(texts);
    const question = questionOf(questionnaire, id);
    if ((value === null) !== remove) throw await wrongUsage(question, remove);
    const by = await actorOf(context);
    const findings = await repositoryFindings(project.folder, context.signal);
    const given = { question, typed: value, by, at: new Date().toISOString() };
    const outcome = giveAnswer({ ...questionnaire, findings }, texts.answers ?? '', given);
    if (outcome === null) throw brokenAnswers(questionnaire);
    const { settleWithReasons } = await import('../../questionnaire/refusal-reasons.ts');
    const { documentChanges } = await import('../run/document-ahead.ts');
    const before = {
      specText: texts.spec,
      settled: settleWithReasons({ ...questionnaire, findings }).settled,
    };
    const changes = documentChanges(before, outcome, new Date());
    const report = { ...reportOf(outcome, { question, texts }), document: changes };
    if (!context.isJson) show(report, context);
    const isAsked = context.terminal.canAsk && !context.isJson && !yes;
    const written =
      isAsked && !(await confirm('Write it?', context)) ? [] : await write(project, texts, outcome);
    const giving = { cause: 'answer', subject: id, startsServer: false } as const;
    const document = written.length === 0 ? null : await documentAfter(context, project, giving);
    if (context.isJson) {
      context.terminal.out.line(JSON.stringify({ ...report, written, revision: document?.revision ?? null }));
    } else context.terminal.out.line(`\n${endText(written, document?.says ?? null, context)}`);
    return exitCode.done;
  },
});

async function wrongUsage(question: Question, remove: boolean): Promise<DeployerError> {
  if (remove) {
    return new DeployerError('usage', {
      message: 'Either a value or --remove, not both.',
      hint: `deployer answer ${question.id} --remove`,
    });
  }
  const { answerCommand } = await import('../../questionnaire/answer-command.ts');
  const { factsOf } = await import('../../questionnaire/option-facts.ts');
  return new DeployerError('usage', {
    message: '<value> is missing.',
    hint: answerCommand(question, null),
    detail: [
      question.ask,
      ...(question.options ?? []).flatMap((option) => [
        `${option.value}: ${option.label}, ${option.means}`,
        ...factsOf(option).map((fact) => `    ${fact}`),
      ]),
    ],
  });
}

function brokenAnswers({ problems }: Questionnaire): DeployerError {
  return new DeployerError('answers_invalid', {
    message: `${answersFile} cannot be edited; nothing was written.`,
    hint: 'Correct it, then type the command again.',
    detail: problems
      .filter(({ file, severity }) => file === answersFile && severity === 'error')
      .map(({ file, line, column, message }) => `${file}:${line}:${column}  ${message}`),
  });
}

/** `answer --json`, but for what was written. */
interface AnswerReport {
  readonly question: string;
  /** Why it settles nothing; null: it does. */
  readonly lacks: string | null;
  /** What holds meanwhile, when it lacks detail. */
  readonly assumed: string | null;
  readonly again: string;
  readonly spec: ReturnType<typeof unifiedDiff>;
  /** By section; null: `deployer.yaml` does not load. */
  readonly document: RevisionDiff['sections'] | null;
  readonly statements: GivenAnswerOutcome['statements'];
  readonly conflicts: GivenAnswerOutcome['settled']['conflicts'];
}

interface Asked {
  readonly question: Question;
  readonly texts: QuestionnaireTexts;
}

function reportOf(outcome: GivenAnswerOutcome, { question, texts }: Asked): Omit<AnswerReport, 'document'> {
  const { settled, lacks, statements, specText } = outcome;
  const { id } = question;
  return {
    question: id,
    lacks,
    assumed: lacks === null ? null : (settled.open.find((each) => each.id === id)?.assumed ?? null),
    again: question.again,
    spec: unifiedDiff(texts.spec, specText),
    statements,
    conflicts: settled.conflicts.filter(
      (each) => each.question === id || each.sides.some((side) => names(side, id)),
    ),
  };
}

/** `rollback.watch` is not named by a text about `rollback.watch-errors`. */
function names(text: string, id: string): boolean {
  return text.split(/\s+/).some((word) => word.replace(/\.$/, '') === id);
}

function show(
  { question, lacks, assumed, again, ...rest }: AnswerReport,
  { terminal: { out } }: Context,
): void {
  const lacking = lacks === null ? null : { reason: lacks, again, assumed: assumed ?? 'nothing is assumed.' };
  const view = { style: out.style, width: out.columns };
  out.line(answerText({ question, lacks: lacking, ...rest }, view));
}

async function write(
  { folder, file }: Project,
  texts: QuestionnaireTexts,
  { answersText, specText }: GivenAnswerOutcome,
): Promise<readonly string[]> {
  const written = await writeChanges([
    { file: join(folder, answersFile), before: texts.answers, after: answersText },
    { file, before: texts.spec, after: specText },
  ]);
  return written.map((path) => (path === file ? 'deployer.yaml' : answersFile));
}

function endText(
  written: readonly string[],
  document: string | null,
  { terminal: { out } }: Context,
): string {
  const { style } = out;
  if (written.length === 0) return style.dim('Nothing was written.');
  const files = `${style.good('✓')} written: ${written.join(', ')}`;
  return document === null ? files : `${files}\n${style.dim(`  ${document}`)}`;
}
