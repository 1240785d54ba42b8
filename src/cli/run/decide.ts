import type { ApiClient } from '../../api/client.ts';
import type { DecidedView, DecisionView } from '../../api/views/decisions.ts';
import { bindingChanges } from '../../core/approval/binding.ts';
import { notAllowed } from '../../core/approval/policy.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { changeLines } from '../output/changes-text.ts';
import { confirm } from '../output/confirm.ts';
import { approvalsText, decisionText } from '../output/decision-text.ts';
import { hintText } from '../output/error-text.ts';
import { withServer } from '../server/connect.ts';
import { chooseDecision, type DecisionChoice } from './choose-decision.ts';

export interface Deciding extends DecisionChoice {
  /** The answer that is about to be given, as the end of a question: `Approve`. */
  readonly question: string;
  readonly isConfirmed: boolean;
  /** Sends the answer with the binding that was shown. */
  readonly send: (client: ApiClient, decision: DecisionView) => Promise<DecidedView>;
}

/**
 * Shows what is being decided, asks where somebody can be asked, and records the answer. Resolves with the exit code.
 */
export async function decide(context: Context, deciding: Deciding): Promise<number> {
  const actor = await actorOf(context);
  return withServer(context, actor, async (client) => {
    const decision = await chooseDecision(context, client, deciding);
    if (decision.refusal !== null)
      throw notAllowed(decision.refusal, { ...decision, id: decision.run }, actor);
    show(context, decision);
    if (!(await isMeant(context, deciding, actor))) {
      context.terminal.err.line('Nothing was decided.');
      return exitCode.failed;
    }
    try {
      printDecided(context, await deciding.send(client, decision));
      return exitCode.done;
    } catch (error) {
      throw await withDifference(context, client, { error, shown: decision, choice: deciding });
    }
  });
}

function show({ isJson, terminal }: Context, decision: DecisionView): void {
  const { out, err } = terminal;
  const pane = isJson ? err : out;
  pane.line(decisionText(decision, { style: pane.style, width: pane.columns, now: new Date() }));
}

/** Without anybody to ask, the command itself is the decision. */
async function isMeant(
  context: Context,
  { isConfirmed, question }: Deciding,
  actor: string,
): Promise<boolean> {
  if (isConfirmed || context.isJson || !context.terminal.canAsk) return true;
  return confirm(`${question} as ${actor}?`, context);
}

function printDecided({ isJson, terminal: { out } }: Context, decided: DecidedView): void {
  if (isJson) {
    out.line(JSON.stringify(decided));
    return;
  }
  const where = decided.environment === null ? '' : ` in ${decided.environment}`;
  const open =
    decided.approvals === null ? '' : out.style.dim(`, approvals: ${approvalsText(decided.approvals)}`);
  out.line(`\n${out.style.good('✓')} ${decided.run} ${decided.decision}${where} by ${decided.by}${open}`);
  out.line(hintText(`deployer run ${decided.run} --follow`, out.style));
}

/** What was shown is not what waits now: the error gets the new difference, so that the next answer is informed. */
async function withDifference(
  context: Context,
  client: ApiClient,
  {
    error,
    shown,
    choice,
  }: { readonly error: unknown; readonly shown: DecisionView; readonly choice: DecisionChoice },
): Promise<unknown> {
  if (!(error instanceof DeployerError) || error.code !== 'approval_mismatch') return error;
  const now = await chooseDecision(context, client, { ...choice, run: shown.run });
  if (shown.parts === null || now.parts === null) return error;
  const { err } = context.terminal;
  const changes = bindingChanges(shown.parts, now.parts).map(({ part, from, to }) => ({
    path: part,
    from,
    to,
  }));
  return new DeployerError('approval_mismatch', {
    message: error.message,
    hint: `${choice.command} ${shown.run}   (shows it as it is now)`,
    detail: [
      ...error.detail,
      ...changeLines(changes, err.style, err.columns),
      ...changeLines(now.changes, err.style, err.columns),
    ],
    cause: error,
  });
}
