import { duration } from '../core/texts/figures.ts';
import { healthPath } from '../core/definition/health-path.ts';
import type { CandidateFacts, Step, StepContext } from '../core/pipeline/step.ts';
import { failed, passed, type StageOutcome, undecided } from '../core/verdicts/verdict.ts';
import { pause } from '../lib/pause.ts';
import { type EdgeAnswer, type EdgeClient, openEdgeClient } from './load/edge-client.ts';
import type { Observer } from './observer.ts';
import { requireCandidate } from './require-candidate.ts';

export interface VerifyPorts {
  readonly observer: Observer;
  /** How long the candidate may take to answer through its preview. @default 15_000 */
  readonly timeoutMs?: number;
}

const answerTimeoutMs = 5000;
const everyMs = 200;

/**
 * Sees that the candidate is what answers at its preview: the place says that it is ready, and an answer that names it
 * comes back through the edge. "Not yet" and "unknown" are waited for until the time is over, never taken for ready.
 */
export function verifyStep(ports: VerifyPorts): Step {
  return {
    run: async (context) => {
      const { change } = requireCandidate(context);
      const client = await openEdgeClient({ caFile: change.edge.caFile, connections: 1 });
      try {
        return await verify(context, client, ports);
      } finally {
        await client.close();
      }
    },
  };
}

async function verify(context: StepContext, client: EdgeClient, ports: VerifyPorts): Promise<StageOutcome> {
  const { candidate } = requireCandidate(context);
  const path = healthPath(context.definition);
  const timeoutMs = ports.timeoutMs ?? 15_000;
  const startedAt = performance.now();
  for (;;) {
    const look = await lookAt(candidate, { ports, client, path, signal: context.signal });
    const evidence = [{ kind: 'verify', body: { ...bodyOf(context, candidate), path, ...look.seen } }];
    if (look.verdict === 'pass') return passed(look.says, evidence);
    const afterMs = performance.now() - startedAt;
    if (look.isFinal) return failed(look.says, evidence);
    if (afterMs >= timeoutMs) {
      const says = `${look.says}. Waited ${duration(afterMs)}.`;
      return look.verdict === 'fail' ? failed(says, evidence) : undecided(says, evidence);
    }
    await pause(everyMs, context.signal);
  }
}

interface Look {
  readonly verdict: 'pass' | 'fail' | 'undecided';
  readonly says: string;
  /** Looking again will not change it. */
  readonly isFinal: boolean;
  readonly seen: Readonly<Record<string, unknown>>;
}

async function lookAt(
  candidate: CandidateFacts,
  by: {
    readonly ports: VerifyPorts;
    readonly client: EdgeClient;
    readonly path: string;
    readonly signal: AbortSignal;
  },
): Promise<Look> {
  const observation = await by.ports.observer.observe(candidate, by.signal);
  const { state, reason } = observation;
  if (state !== 'ready') {
    const says = `${candidate.deployment} is ${state}${reason === null ? '' : `: ${reason}`}`;
    return { verdict: 'fail', says, isFinal: state === 'failed', seen: { state } };
  }
  by.signal.throwIfAborted();
  const origin = candidate.previewUrl;
  const answer = await by.client.send({ origin, path: by.path, timeoutMs: answerTimeoutMs });
  by.signal.throwIfAborted();
  const judged = judge(answer, candidate, `GET ${by.path}`);
  return { ...judged, isFinal: false, seen: { state, answer, endpoints: observation.endpoints } };
}

function judge(
  answer: EdgeAnswer,
  { deployment }: CandidateFacts,
  request: string,
): Pick<Look, 'verdict' | 'says'> {
  if (answer.kind === 'unsent') {
    return { verdict: 'undecided', says: `The edge does not answer at the preview: ${answer.problem}` };
  }
  if (answer.kind === 'unanswered') {
    return { verdict: 'fail', says: `${deployment} does not answer ${request}: ${answer.problem}` };
  }
  if (answer.deployment !== deployment) {
    const other = answer.deployment ?? 'no deployment';
    return { verdict: 'undecided', says: `At the preview of ${deployment}, ${other} answers` };
  }
  return answer.status < 500
    ? { verdict: 'pass', says: `${deployment} answers ${request} at its preview with ${answer.status}` }
    : { verdict: 'fail', says: `${deployment} answers ${request} with ${answer.status}` };
}

function bodyOf(
  { release }: StepContext,
  { deployment, previewUrl }: CandidateFacts,
): Readonly<Record<string, unknown>> {
  return { deployment, release: release?.id ?? null, previewUrl };
}
