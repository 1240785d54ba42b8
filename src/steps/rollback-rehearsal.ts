import { failed, passed, type StageOutcome } from '../core/verdict.ts';
import type { CandidateFacts, Step, StepContext } from '../core/step.ts';
import type { Candidates, Switcher, SwitchResult } from '../core/switcher.ts';
import { requireCandidate } from './require-candidate.ts';

interface RehearsalPorts {
  readonly switcher: Switcher;
  readonly candidates: Candidates;
  /** Deployment that answers at an address, read from the mark that the edge puts on every answer; null: none. */
  readonly whoAnswers: (url: string, signal: AbortSignal) => Promise<string | null>;
}

/**
 * Goes back and forth again, for real: the former deployment takes the users, answers, and gives them to the candidate
 * again. Without a former one, a second deployment of the same release plays its part.
 */
export function rollbackRehearsalStep(ports: RehearsalPorts): Step {
  return { run: (context) => rehearse(ports, context) };
}

async function rehearse(ports: RehearsalPorts, context: StepContext): Promise<StageOutcome> {
  const { change, candidate } = requireCandidate(context);
  const twin = change.former === null ? await makeTwin(ports, context, candidate) : null;
  const former = twin?.deployment ?? change.former ?? '';
  context.log(`going back to ${former}`);
  const back = await go(ports, context, { candidate, from: candidate.deployment, to: former });
  const answered = await ports.whoAnswers(change.edge.url, context.signal);
  context.log(`going forth to ${candidate.deployment}`);
  const forth = await go(ports, context, { candidate, from: former, to: candidate.deployment });
  const answeredLast = await ports.whoAnswers(change.edge.url, context.signal);
  if (twin !== null) await ports.candidates.discard(twin, 'the rehearsal ended', context.signal);
  const evidence = [
    {
      kind: 'rollback-rehearsal',
      body: { former, isTwin: twin !== null, back, forth, answered, answeredLast },
    },
  ];
  if (answered !== former) {
    return failed(`After going back, ${answered ?? 'nobody'} answered instead of ${former}`, evidence);
  }
  if (answeredLast !== candidate.deployment) {
    return failed(
      `After coming forth, ${answeredLast ?? 'nobody'} answered instead of ${candidate.deployment}`,
      evidence,
    );
  }
  const figures = `back in ${back.switchMs.toFixed(0)} ms, forth in ${forth.switchMs.toFixed(0)} ms`;
  return passed(
    twin === null ? `To ${former} and again: ${figures}` : `To a second deployment and again: ${figures}`,
    evidence,
  );
}

/** Remembered, so that an interrupted rehearsal does not leave one twin for each try. */
async function makeTwin(
  { candidates }: RehearsalPorts,
  context: StepContext,
  candidate: CandidateFacts,
): Promise<CandidateFacts> {
  context.log('nothing was live before: a second deployment of this release is prepared');
  return await candidates.prepareTwin(candidate, context.signal);
}

interface Going {
  readonly candidate: CandidateFacts;
  readonly from: string;
  readonly to: string;
}

async function go(
  { switcher }: RehearsalPorts,
  { run, signal }: StepContext,
  { candidate, from, to }: Going,
): Promise<SwitchResult> {
  const { integration, environment } = candidate;
  const by = { identity: run.requester, proven: false };
  return await switcher.switchTo(
    { integration, environment, from, to, cause: 'rehearsal', by, run: run.id },
    signal,
  );
}
