import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

import { DeployerError } from '../../errors.ts';
import type { Interview } from '../../questionnaire/interview.ts';
import { type Questionnaire, readQuestionnaire } from '../../questionnaire/questionnaire.ts';
import { repositoryAnswers } from '../../questionnaire/repository-answers.ts';
import type { FoundAnswer } from '../../questionnaire/settlement.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { confirm } from '../output/confirm.ts';
import { findProject } from '../project.ts';
import { documentAfter } from '../run/document-after.ts';
import { documentFile } from '../run/give-document.ts';
import { textsIn, writeChanges } from '../run/questionnaire-files.ts';
import { documentStanding } from '../run/write-document.ts';
import { answersIn } from './answers-given.ts';
import { changesText, lookText } from './init-text.ts';
import { type KeptAnswers, keptAnswersOf } from './kept-answers.ts';
import { lookAt } from './look.ts';
import { type Beginning, beginningOf, type InitPlan, planOf } from './plan.ts';
import { wouldReplace } from './replaced-files.ts';
import { tellEnd } from './tell-end.ts';

export interface InitOptions {
  readonly answers: string | null;
  readonly yes: boolean;
  readonly folder: string | null;
  readonly anew: boolean;
  /** Writes no document, so that no server is started. */
  readonly filesOnly: boolean;
}

/** Looks, asks, shows, writes, and says what to type next. */
export async function initialise(context: Context, options: InitOptions): Promise<number> {
  requireSomebody(context, options);
  const place: Context = { ...context, cwd: await folderAt(context, options.folder) };
  const actor = await actorOf(place);
  const look = await lookAt(place.cwd, { actor, signal: context.signal });
  const texts = await textsIn(place.cwd);
  const beginning = beginningOf(place.cwd, texts, { draft: look.draft, isAnew: options.anew });
  show(place, lookText(look, { keepsSpec: beginning.draft === null }, viewOf(place)));

  const questionnaire = readQuestionnaire({ ...texts, spec: beginning.specText });
  const findings = repositoryAnswers(look.found, new Date().toISOString());
  const kept = keptAnswersOf(place.cwd, context.env);
  const said = await saidBy({ context, options, actor, kept, questionnaire, findings, beginning });
  if (said === null)
    return left(place, 'Nothing was written; what was answered is kept: deployer init goes on from it.');

  const plan = planOf(beginning, { questionnaire, findings, interview: said, starter: look.starter });
  const standing = options.filesOnly ? null : await documentStanding(join(place.cwd, documentFile));
  show(place, changesText({ changes: plan.changes, document: standing }, place.cwd, viewOf(place)));
  if (!(await mayWrite(place, plan, options))) return left(place, 'Nothing was written.');
  const written = await writeChanges(plan.changes);
  await kept.remove();
  const giving = { cause: 'init', subject: null, startsServer: true } as const;
  const isDocumented = written.length > 0 && !options.filesOnly;
  const document = isDocumented ? await documentAfter(place, await findProject(place), giving) : null;
  await tellEnd(place, {
    typedIn: context.cwd,
    look,
    plan,
    written: [...written.map((file) => relative(place.cwd, file)), ...(document?.written ?? [])],
    document,
  });
  return exitCode.done;
}

/** Without a terminal nothing prompts, and nothing is written that nobody agreed to. */
function requireSomebody({ terminal, isJson }: Context, { answers, yes }: InitOptions): void {
  if (yes || answers !== null || (terminal.canAsk && !isJson)) return;
  throw new DeployerError('usage', {
    message: 'There is nobody who could be asked.',
    hint: 'deployer init --yes   (or with answers: deployer init --answers <file>)',
  });
}

async function folderAt({ cwd }: Context, named: string | null): Promise<string> {
  if (named === null) return cwd;
  const folder = resolve(cwd, named);
  const stats = await stat(folder).catch(() => null);
  if (stats?.isDirectory() === true) return folder;
  throw new DeployerError('usage', {
    message: `--folder: ${named} is not a folder.`,
    hint: 'Name the folder of the integration; it has to be there.',
  });
}

interface Asking {
  /** As the command was typed. */
  readonly context: Context;
  readonly options: InitOptions;
  readonly actor: string;
  readonly kept: KeptAnswers;
  readonly questionnaire: Questionnaire;
  readonly findings: readonly FoundAnswer[];
  readonly beginning: Beginning;
}

/** Null: whoever was asked has left. */
async function saidBy(asking: Asking): Promise<Interview | null> {
  const { context, options, actor, kept, questionnaire, findings, beginning } = asking;
  const now = (): Date => new Date();
  const { questions } = questionnaire;
  if (options.answers !== null) return answersIn(options.answers, context, { questions, actor, now });
  if (options.yes) return { answers: new Map(), put: [] };
  // Loaded late: what draws questions is slow to load, and most calls of a verb ask nothing.
  const { interviewSomebody } = await import('./interview-somebody.ts');
  return interviewSomebody({
    questions,
    answered: questionnaire.answers,
    specText: beginning.specText,
    isDraft: beginning.draft !== null,
    findings,
    actor,
    kept,
    now,
    signal: context.signal,
  });
}

/** What replaces something needs a yes, of a person or beforehand. */
async function mayWrite(context: Context, { changes }: InitPlan, { yes }: InitOptions): Promise<boolean> {
  const wanted = changes.filter(({ before, after }) => before !== after);
  if (yes || wanted.length === 0) return true;
  if (context.terminal.canAsk && !context.isJson) return confirm('Write it?', context);
  const replaced = wanted.filter(({ before }) => before !== null);
  if (replaced.length === 0) return true;
  throw wouldReplace(replaced, context);
}

function viewOf({ terminal: { out } }: Context): Parameters<typeof changesText>[2] {
  return { style: out.style, width: out.columns };
}

function show({ isJson, terminal }: Context, text: string): void {
  if (!isJson) terminal.out.line(`${text}\n`);
}

function left({ terminal: { out } }: Context, sentence: string): number {
  out.line(out.style.dim(sentence));
  return exitCode.detached;
}
