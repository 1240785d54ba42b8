import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { count, duration, percent } from '../core/texts/figures.ts';
import type { PerformanceTest } from '../core/definition/integration.ts';
import { percentileMs } from '../core/verdicts/latency.ts';
import type { LoadFigures, LoadResult } from '../core/verdicts/load-figures.ts';
import { performanceVerdict } from '../core/verdicts/performance-verdict.ts';
import type { CandidateFacts, Change, Step, StepContext } from '../core/pipeline/step.ts';
import type { Evidence, StageOutcome } from '../core/verdicts/verdict.ts';
import { DeployerError } from '../errors.ts';
import { isNodeError } from '../lib/node-error.ts';
import { tenths } from '../lib/tenths.ts';
import { loadInThread } from './load/load-in-thread.ts';
import type { LoadTarget } from './load/load.ts';
import { requireCandidate } from './require-candidate.ts';

/** Loads the candidate at its preview, and what is stable through the edge beside it where they are to be compared. */
export function performanceStep(): Step {
  return { run: measure };
}

async function measure(context: StepContext): Promise<StageOutcome> {
  const test = context.definition.performance;
  if (test === null) throw new Error(`stage ${context.stage.name} has no performance test`);
  const { change, candidate } = requireCandidate(context);
  const targets = targetsOf(test, change, candidate);
  const { rate, durationSeconds, timeoutMs } = test.load;
  const warmUpMs = warmUpFor(durationSeconds * 1000);
  const names = targets.map(({ deployment }) => deployment).join(' and ');
  context.log(
    `loading ${names} with ${count(rate, 'request')} per second for ${duration(durationSeconds * 1000)}, after ${duration(warmUpMs)} of warm-up`,
  );
  const run = await loadInThread({
    targets,
    request: await requestOf(test, context, change.edge.probeToken),
    rate,
    warmUpMs,
    durationMs: durationSeconds * 1000,
    timeoutMs,
    caFile: change.edge.caFile,
    signal: context.signal,
  });
  const [loaded, stable = null] = run.figures;
  if (loaded === undefined) throw new Error('nothing was loaded');
  const result = { candidate: loaded, stable, lateShare: run.lateShare };
  const outcome = performanceVerdict(result, test.limits);
  for (const figures of run.figures) context.log(describe(figures));
  return { ...outcome, evidence: [evidenceOf(context, test, result)] };
}

function targetsOf(test: PerformanceTest, change: Change, candidate: CandidateFacts): readonly LoadTarget[] {
  const { edge, former } = change;
  const targets = [{ deployment: candidate.deployment, origin: candidate.previewUrl }];
  if (test.limits.p95VsStable === null || former === null) return targets;
  return [...targets, { deployment: former, origin: edge.url }];
}

/** Long enough for connections and for compilers to settle. */
function warmUpFor(durationMs: number): number {
  return Math.min(5000, durationMs / 5);
}

const contentTypes: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.txt': 'text/plain; charset=utf-8',
};

async function requestOf(
  { load: { path, body } }: PerformanceTest,
  { folder }: StepContext,
  probeToken: string,
): Promise<{ path: string; headers: Record<string, string>; body: Uint8Array | null }> {
  // Marked, so that the load on what is live does not look like users in its counters.
  const headers = { 'x-deployer-probe': probeToken };
  if (body === null) return { path, headers, body: null };
  const contentType = contentTypes[extname(body)] ?? 'application/octet-stream';
  try {
    const content = await readFile(join(folder, body));
    return { path, headers: { ...headers, 'content-type': contentType }, body: content };
  } catch (error) {
    if (!isNodeError(error) || (error.code !== 'ENOENT' && error.code !== 'EISDIR')) throw error;
    throw new DeployerError('spec_invalid', {
      message: `The body of the load, ${body}, is not a file of the checkout.`,
      hint: 'Commit the file, or correct its path in deployer.yaml.',
      path: 'tests.performance.load.body',
      cause: error,
    });
  }
}

function describe(figures: LoadFigures): string {
  const { deployment, requests, errors, unanswered } = figures;
  const { p50Ms, p95Ms, p99Ms, maxMs } = latencyOf(figures);
  const latency = `p50 ${p50Ms} ms, p95 ${p95Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms`;
  return `${deployment}: ${errors + unanswered} of ${count(requests, 'request')} failed, ${latency}`;
}

function evidenceOf({ release, run }: StepContext, test: PerformanceTest, result: LoadResult): Evidence {
  return {
    kind: 'performance',
    body: {
      commit: run.commit,
      release: release?.id ?? null,
      load: { ...test.load },
      limits: { ...test.limits },
      candidate: figuresOf(result.candidate),
      stable: result.stable === null ? null : figuresOf(result.stable),
      sentLate: percent(result.lateShare),
    },
  };
}

function figuresOf(figures: LoadFigures): Readonly<Record<string, unknown>> {
  const { latency: _, ...counts } = figures;
  return { ...counts, ...latencyOf(figures) };
}

function latencyOf({ latency, maxMs }: LoadFigures): {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
} {
  const at = (q: number): number => tenths(Math.min(percentileMs(latency, q) ?? 0, maxMs));
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: tenths(maxMs) };
}
