import type { ApiClient } from '../../api/client.ts';
import type { DecisionView } from '../../api/views/decisions.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { ageOf, momentText } from '../output/time.ts';
import { integrationKey, integrationOfRun } from '../project.ts';

export interface DecisionChoice {
  /** Named by the user; null: the one that waits. */
  readonly run: string | null;
  readonly kinds: readonly DecisionView['kind'][];
  /** What is waited for, in words: `approval`. */
  readonly what: string;
  /** How the command goes on with a run's name: `deployer uat pass`. */
  readonly command: string;
}

/** What waits for the decision that is meant. Throws `nothing_waiting`, `run_not_found` or `run_ambiguous`. */
export async function chooseDecision(
  context: Context,
  client: ApiClient,
  choice: DecisionChoice,
): Promise<DecisionView> {
  const integration = choice.run === null ? await integrationKey(context) : integrationOfRun(choice.run);
  const { decisions } = await client.call('decisions', { params: { integration } });
  const fitting = decisions.filter(
    ({ kind, run }) => choice.kinds.includes(kind) && (choice.run === null || run === choice.run),
  );
  const [first, ...others] = fitting;
  if (first === undefined) throw await nothingWaits(client, choice, decisions);
  if (choice.run === null && others.length > 0) throw ambiguous(fitting, choice.command);
  return first;
}

async function nothingWaits(
  client: ApiClient,
  { run, what }: DecisionChoice,
  decisions: readonly DecisionView[],
): Promise<DeployerError> {
  // Says `run_not_found` for a name that is none.
  if (run !== null) await client.call('run', { params: { run } });
  const elsewhere = decisions.filter((decision) => run === null || decision.run === run);
  return new DeployerError('nothing_waiting', {
    message: run === null ? `No run waits for ${what}.` : `${run} does not wait for ${what}.`,
    hint: elsewhere[0]?.waiting.next ?? (run === null ? 'deployer status' : `deployer run ${run}`),
    detail: elsewhere.map((decision) => `${decision.run} waits: ${decision.waiting.reason}`),
  });
}

function ambiguous(decisions: readonly DecisionView[], command: string): DeployerError {
  const now = new Date();
  return new DeployerError('run_ambiguous', {
    message: `${decisions.length} runs wait for this; name the one you mean.`,
    hint: `${command} ${decisions[0]?.run}`,
    detail: decisions.map(
      ({ run, version, environment, waiting }) =>
        `${run}  ${version ?? ''}  ${environment ?? ''}  since ${momentText(waiting.since, now)} (${ageOf(waiting.since, now)})`,
    ),
  });
}
