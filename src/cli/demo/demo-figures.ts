import type { RunView } from '../../api/views/runs.ts';
import type { SwitchedBack } from '../../core/pipeline/run.ts';
import { endedOtherwise } from './ended-otherwise.ts';
import { failedIn, type TrafficCounts } from './traffic-counts.ts';

/** When, by the server's clock, and how users came back. */
export type TakenBack = SwitchedBack & { readonly at: string };

/** What the demo has seen. */
export interface DemoFigures {
  /** Two good releases and a bad one, in this order. */
  readonly runs: readonly RunView[];
  readonly traffic: TrafficCounts;
  readonly switchedBack: readonly TakenBack[];
  /** Why shipping the bad release again was refused; null when it was not. */
  readonly refusal: string | null;
  /** Whether the receiver of alerts heard that the bad release is on hold; null: it was not put on hold. */
  readonly isTold: boolean | null;
  readonly durationMs: number;
}

/** The last line of `demo --json` (contract section 4). */
export interface DemoJson {
  readonly releases: readonly Pick<RunView, 'run' | 'release' | 'version' | 'commit' | 'state'>[];
  readonly traffic: {
    readonly sent: number;
    /** What users saw failing: no answer, or status >= 500. */
    readonly failed: number;
    /** Of these, what the bad release answered itself before it was taken back. */
    readonly failedByBadRelease: number;
  };
  /** How often users of production were moved to a new release. */
  readonly switches: number;
  readonly rollbacks: readonly {
    readonly cause: SwitchedBack['cause'];
    /** From when users were first sent to it to the verdict. */
    readonly detectMs: number;
    readonly switchMs: number;
  }[];
  readonly durationMs: number;
}

export function demoJson({ runs, traffic, switchedBack, durationMs }: DemoFigures): DemoJson {
  return {
    releases: runs.map(({ run, release, version, commit, state }) => ({
      run,
      release,
      version,
      commit,
      state,
    })),
    traffic: {
      sent: traffic.sent,
      failed: failedIn(traffic),
      failedByBadRelease: failedByBadRelease({ traffic, switchedBack }),
    },
    switches: runs.filter((run) => timeOf(run, 'switch', 'endedAt') > 0).length,
    rollbacks: switchedBack.map(({ cause, switchMs }) => ({
      cause,
      detectMs: detectMs(runs),
      switchMs: Math.round(switchMs),
    })),
    durationMs: Math.round(durationMs),
  };
}

/** What did not go as the demo tells it, a sentence each; empty when all did. */
export function surprises(figures: DemoFigures): readonly string[] {
  const { runs, traffic, switchedBack, refusal, isTold } = figures;
  const otherwise = endedOtherwise(runs);
  // All else only follows from it.
  if (otherwise.length > 0) return otherwise;
  const elsewhere = failedIn(traffic) - failedByBadRelease(figures);
  return [
    ...(switchedBack[0]?.cause === 'watch' ? [] : ['It was not the watch that took the bad release back.']),
    ...(refusal === null ? ['The bad release could be shipped again.'] : []),
    ...(isTold === false ? ['Nobody was told that the bad release is on hold.'] : []),
    ...(traffic.sent === 0 ? ['No user sent anything.'] : []),
    ...(elsewhere > 0 ? [`${elsewhere} requests failed that the bad release did not answer.`] : []),
  ];
}

export function failedByBadRelease({
  traffic,
  switchedBack: [back],
}: Pick<DemoFigures, 'traffic' | 'switchedBack'>): number {
  return back === undefined ? 0 : failedIn(traffic, back.from);
}

/**
 * From when users met the bad release to when the watch was sure. They are moved at the beginning of the stage
 * `switch`: handing over the workers, which takes the rest of it, comes after.
 */
export function detectMs(runs: readonly RunView[]): number {
  const bad = runs.at(-1);
  if (bad === undefined) return 0;
  return timeOf(bad, 'watch', 'endedAt') - timeOf(bad, 'switch', 'startedAt');
}

/** From the verdict to when all users were back: the hold is written first, then they are moved. */
export function backMs(runs: readonly RunView[], back: TakenBack): number {
  const bad = runs.at(-1);
  if (bad === undefined) return 0;
  return Date.parse(back.at) - back.workersMs - timeOf(bad, 'watch', 'endedAt');
}

/** Milliseconds since the epoch; 0 when the stage did not get there. */
function timeOf({ stages }: RunView, name: string, moment: 'startedAt' | 'endedAt'): number {
  const stage = stages.find((each) => each.environment === 'production' && each.name === name);
  return Date.parse(stage?.[moment] ?? '1970-01-01T00:00:00Z');
}

/** Where the time of all runs went, the longest first. */
export function timeSpent(runs: readonly RunView[]): readonly { readonly on: string; readonly ms: number }[] {
  const sums = new Map<string, number>();
  for (const { name, startedAt, endedAt } of runs.flatMap(({ stages }) => stages)) {
    if (startedAt === null || endedAt === null) continue;
    const on = kinds[name] ?? 'tests';
    sums.set(on, (sums.get(on) ?? 0) + Date.parse(endedAt) - Date.parse(startedAt));
  }
  return [...sums].map(([on, ms]) => ({ on, ms })).toSorted((a, b) => b.ms - a.ms);
}

/** Any other stage is a suite. */
const kinds: Readonly<Record<string, string>> = {
  checkout: 'building',
  build: 'building',
  package: 'building',
  setup: 'tests',
  performance: 'load',
  prepare: 'starting deployments',
  verify: 'starting deployments',
  switch: 'switches',
  'rollback-rehearsal': 'rehearsing the way back',
  approval: 'people',
  uat: 'people',
  watch: 'watching production',
};
