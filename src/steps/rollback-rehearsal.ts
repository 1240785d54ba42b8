import type { EdgeAddress } from '../core/switching/edge.ts';
import { healthPath } from '../core/definition/health-path.ts';
import { downText } from '../core/switching/fit-to-switch.ts';
import { type Heard, rehearsalVerdict } from '../core/verdicts/rehearsal-verdict.ts';
import type { StageOutcome } from '../core/verdicts/verdict.ts';
import type { CandidateFacts, Step, StepContext } from '../core/pipeline/step.ts';
import type { Candidates, Switcher, SwitchResult } from '../core/switching/switcher.ts';
import { reach } from '../lib/named-point.ts';
import { openEdgeClient } from './load/edge-client.ts';
import type { Observer } from './observer.ts';
import { requireCandidate } from './require-candidate.ts';

interface RehearsalPorts {
  readonly switcher: Switcher;
  readonly candidates: Candidates;
  readonly observer: Observer;
}

const answerTimeoutMs = 5000;

/**
 * Goes back and forward again, for real: the former deployment takes the users, answers, and gives them to the
 * candidate again. Without a former one that could take users (there is none, or it is down, which a fix must not wait
 * for), a second deployment of the same release plays its part.
 */
export function rollbackRehearsalStep(ports: RehearsalPorts): Step {
  return { run: (context) => rehearse(ports, context) };
}

async function rehearse(ports: RehearsalPorts, context: StepContext): Promise<StageOutcome> {
  const { change, candidate } = requireCandidate(context);
  const noWayBack = change.noWayBack ?? (await downNow(ports, context, change.former));
  const canGoBack = change.former !== null && noWayBack === null;
  const twin = canGoBack
    ? null
    : await makeTwin(ports, context, { candidate, why: noWayBack ?? 'nothing was live before' });
  const former = twin?.deployment ?? change.former ?? '';
  context.log(`switching back to ${former}`);
  const back = await go(ports, context, { candidate, from: candidate.deployment, to: former });
  await reach('rehearsal: gone back');
  const afterBack = await whoAnswers(context, change.edge);
  context.log(`switching forward to ${candidate.deployment}`);
  const forward = await go(ports, context, { candidate, from: former, to: candidate.deployment });
  const afterForward = await whoAnswers(context, change.edge);
  if (twin !== null) await ports.candidates.discard(twin, 'the rehearsal ended', context.signal);
  const isTwin = twin !== null;
  const outcome = rehearsalVerdict({
    candidate: candidate.deployment,
    former,
    isTwin,
    noWayBack,
    backMs: back.switchMs,
    afterBack,
    forwardMs: forward.switchMs,
    afterForward,
  });
  const body = { former, isTwin, noWayBack, back, forward, afterBack, afterForward };
  return { ...outcome, evidence: [{ kind: 'rollback-rehearsal', body }] };
}

async function makeTwin(
  { candidates }: RehearsalPorts,
  context: StepContext,
  { candidate, why }: { readonly candidate: CandidateFacts; readonly why: string },
): Promise<CandidateFacts> {
  context.log(`${why}: a second deployment of this release is prepared`);
  return await candidates.prepareTwin(candidate, context.signal);
}

/** In a sentence, that the former deployment answers nobody; null: it does, or there is none. */
async function downNow(
  { observer }: RehearsalPorts,
  { run: { integration }, stage, signal }: StepContext,
  former: string | null,
): Promise<string | null> {
  if (former === null) return null;
  const ref = { integration, environment: stage.environment ?? '', deployment: former };
  return downText(former, await observer.observe(ref, signal));
}

/** The deployment that answers users, read from the mark that the edge puts on every answer. */
async function whoAnswers({ definition }: StepContext, edge: EdgeAddress): Promise<Heard> {
  const client = await openEdgeClient({ caFile: edge.caFile, connections: 1 });
  const path = healthPath(definition);
  const headers = { 'x-deployer-probe': edge.probeToken };
  try {
    const answer = await client.send({ origin: edge.url, path, headers, timeoutMs: answerTimeoutMs });
    if (answer.kind === 'unsent') return answer;
    const isAnswer = answer.kind === 'answered' && answer.status < 500;
    return { kind: 'answered', deployment: isAnswer ? answer.deployment : null };
  } finally {
    await client.close();
  }
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
    { integration, environment, from, to, cause: 'rehearsal', reason: null, by, holder: run.id, run: run.id },
    signal,
  );
}
