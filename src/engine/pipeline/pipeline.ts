import { DBOS } from '@dbos-inc/dbos-sdk';

import {
  approvalOf,
  closesChange,
  isHumanGate,
  isInChange,
  opensChange,
} from '../../core/pipeline/change.ts';
import type { Plan, Stage } from '../../core/pipeline/plan.ts';
import { messageOf } from '../../lib/message-of.ts';
import { reach } from '../../lib/named-point.ts';
import { durableStep, isEngineControl } from '../durable-step.ts';
import { hasLeftSomething, tryUndo } from '../going-back/undo.ts';
import { wakeTopic } from '../messages.ts';
import { type ChangeRef, enterChange, leaveChange } from '../order/change-lock.ts';
import type { EngineParts } from '../parts.ts';
import type { PipelineInput } from '../workflow-inputs.ts';
import { ask, type Question, questionAt } from './ask.ts';
import { endRun, giveUp } from './end-run.ts';
import { type GateState, readGate, settle } from './gates.ts';
import { runStage } from './stage-runner.ts';

type Ending =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'superseded'; readonly reason: string }
  | { readonly kind: 'expired' };

/**
 * `pipeline@1`, the interpreter of plans: one stage after another, each a durable step, so that after a crash at most
 * the stage in flight is done again. A change of environment is entered before its first stage and left after its
 * last; gates wait for a message without occupying anything.
 *
 * Code that runs between the durable steps must stay deterministic. Do not edit the order of steps: publish
 * `pipeline@2` beside it, and keep this one until no run needs it.
 */
export function pipeline(parts: EngineParts): (input: PipelineInput) => Promise<void> {
  return async (input) => {
    try {
      await interpret(parts, input);
    } catch (error) {
      if (isEngineControl(error)) throw error;
      // A bug in Deployer must not hold an environment, or leave a run that never ends.
      const reason = `A bug in Deployer: ${messageOf(error)}`;
      await durableStep(parts, 'give up', () => giveUp(parts, input.run, parts.secrets.known.redact(reason)));
    }
  };
}

async function interpret(parts: EngineParts, { run, plan, stages }: PipelineInput): Promise<void> {
  let todo = stages;
  for (;;) {
    const [index = plan.stages.length, ...later] = todo;
    const stage = plan.stages[index];
    if (stage === undefined) break;
    const entry = opensChange(plan, index)
      ? await enter(parts, changeAt(run, plan, index), 'open')
      : 'entered';
    if (entry === 'approval-void') {
      todo = [...[approvalOf(plan, index) ?? []].flat(), ...todo];
      continue;
    }
    const ending = entry === 'entered' ? await stageEnding(parts, { run, plan, index, stage }) : entry;
    if (ending.kind !== 'passed') return await endBadly(parts, { run, plan, index, stage }, ending);
    if (closesChange(plan, index)) await leave(parts, changeAt(run, plan, index));
    todo = later;
  }
  await durableStep(parts, 'end', () => endRun(parts, run, { state: 'succeeded', reason: null }));
}

interface Position {
  readonly run: string;
  readonly plan: Plan;
  readonly index: number;
  readonly stage: Stage;
}

async function stageEnding(parts: EngineParts, position: Position): Promise<Ending> {
  const { run, index, stage } = position;
  if (isHumanGate(stage)) {
    return toEnding(await waitForPerson(parts, position, questionAt(stage)));
  }
  for (;;) {
    const result = await durableStep(parts, stage.name, () => runStage(parts, run, index));
    if (result.kind !== 'undecided') return result;
    // Waiting for a person occupies nothing; a retry takes the environment again.
    if (isInChange(stage)) await leave(parts, changeAt(run, position.plan, index));
    const state = await waitForPerson(parts, position, { kind: 'undecided', reason: result.reason });
    if (state.kind !== 'retry' && state.kind !== 'waived') return toEnding(state);
    if (isInChange(stage)) {
      const change = { ...changeAt(run, position.plan, index), approval: null };
      const entry = await enter(parts, change, 'resume');
      if (entry !== 'entered' && entry !== 'approval-void') return entry;
    }
    if (state.kind === 'waived') return { kind: 'passed' };
  }
}

async function waitForPerson(
  parts: EngineParts,
  { run, index }: Position,
  question: Pick<Question, 'kind' | 'reason'>,
): Promise<GateState> {
  await durableStep(parts, 'ask', () => ask(parts, { run, index, ...question }));
  await reach('question: asked');
  for (;;) {
    const state = await durableStep(parts, 'read the gate', () => readGate(parts, run, index));
    if (state.kind !== 'open') {
      await durableStep(parts, 'settle', () => settle(parts, { run, index }, state));
      await reach('decision: settled');
      return state;
    }
    await sleepUntilWoken(state.remainingMs);
  }
}

async function enter(
  parts: EngineParts,
  change: ChangeRef,
  purpose: 'open' | 'resume',
): Promise<'entered' | 'approval-void' | Exclude<Ending, { kind: 'passed' }>> {
  for (;;) {
    const entry = await durableStep(parts, 'enter the environment', () =>
      enterChange(parts, change, purpose),
    );
    switch (entry.kind) {
      case 'entered':
        await reach('environment: entered');
        return entry.kind;
      case 'approval-void':
        return entry.kind;
      case 'expired':
      case 'cancelled':
      case 'failed':
        return entry;
      case 'busy':
        await sleepUntilWoken(entry.remainingMs);
    }
  }
}

/** Also after a cancel, and without a deadline: what was begun is undone. */
async function enterToUndo(parts: EngineParts, change: ChangeRef): Promise<void> {
  for (;;) {
    const entry = await durableStep(parts, 'enter the environment to undo', () =>
      enterChange(parts, change, 'undo'),
    );
    if (entry.kind === 'entered') return;
    await sleepUntilWoken(entry.kind === 'busy' ? entry.remainingMs : 0);
  }
}

async function leave(parts: EngineParts, change: ChangeRef): Promise<void> {
  await durableStep(parts, 'leave the environment', () => leaveChange(parts, change));
  await reach('environment: left');
}

/** Undoes what the run did to the environment of the stage that ended it, and ends the run. */
async function endBadly(
  parts: EngineParts,
  { run, index, stage }: Position,
  ending: Exclude<Ending, { kind: 'passed' }>,
): Promise<void> {
  const { environment } = stage;
  let stuck: string | null = null;
  if (environment !== null) {
    const change = { run, environment, approval: null };
    if (await durableStep(parts, 'look at what is left', () => hasLeftSomething(parts, change))) {
      // A gate or a rollback may have the environment by now; what they do with it is looked at then.
      await enterToUndo(parts, change);
      const how = ending.kind === 'superseded' ? 'cancelled' : ending.kind;
      stuck = await durableStep(parts, 'undo', () => tryUndo(parts, { run, index, ending: how }));
    }
    await leave(parts, change);
  }
  const why = ending.kind === 'expired' ? 'no decision' : ending.reason;
  const reason = stuck === null ? why : `${why}; and it could not be undone: ${stuck}`;
  const state = ending.kind === 'cancelled' || ending.kind === 'superseded' ? ending.kind : 'failed';
  await durableStep(parts, 'end', () => endRun(parts, run, { state, reason }));
}

function toEnding(state: GateState): Ending {
  switch (state.kind) {
    case 'passed':
      return { kind: 'passed' };
    case 'failed':
    case 'cancelled':
    case 'superseded':
    case 'expired':
      return state;
    case 'open':
    case 'retry':
    case 'waived':
      throw new Error(`a gate ended while ${state.kind}`);
  }
}

function changeAt(run: string, plan: Plan, index: number): ChangeRef {
  const environment = plan.stages[index]?.environment ?? '';
  return { run, environment, approval: approvalOf(plan, index) };
}

/** Messages can get lost between two looks only if nobody looks again: an hour is the longest that a wait is blind. */
async function sleepUntilWoken(remainingMs: number): Promise<void> {
  const timeoutSeconds = Math.min(3600, Math.max(1, Math.ceil(remainingMs / 1000)));
  await DBOS.recv(wakeTopic, { timeoutSeconds, pollingIntervalMs: 30_000 });
}
