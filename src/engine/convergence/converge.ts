import type { Logger } from 'pino';

import { heldUp, remedies, type Remedy, restartPauseMs } from '../../core/convergence/convergence.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import { residentId } from '../../core/residents/resident.ts';
import { restoredSentences } from '../../core/convergence/restored.ts';
import type { Trouble } from '../../core/workers/watchdog.ts';
import { reach } from '../../lib/named-point.ts';
import { pause } from '../../lib/pause.ts';
import { environmentsOfHost, setTrouble } from '../../store/environments.ts';
import { takeConvergence } from '../../store/workers.ts';
import type { EngineParts } from '../parts.ts';
import { look } from './look.ts';
import { mend } from './mend.ts';
import { restartWatch } from './restart-watch.ts';
import {
  describe,
  describeEdge,
  describeHeldUp,
  describeResident,
  said,
  saidOfFailure,
  type Said,
  troubleOf,
  whyUnseen,
} from './trouble.ts';

/** What is wrong with environments right now, for people. */
export interface Convergence {
  /**
   * Looks at every environment of this host once and mends what it finds, unless another worker of the host does. True
   * when nothing changes anywhere and nothing is wrong.
   */
  runOnce(signal: AbortSignal): Promise<boolean>;
  /** Resolves when no repair is under way any more, which an abort of the signal of `runOnce` brings about. */
  settled(): Promise<void>;
}

const lookDeadlineMs = 10_000;
const mendDeadlineMs = 5 * 60_000;
/** Repairs may take minutes: the next round looks at the other environments meanwhile. */
const roundMs = 2000;

export function convergence(parts: EngineParts, logger: Logger): Convergence {
  const troubles = new Map<string, readonly Trouble[]>();
  const mending = new Map<string, Promise<void>>();
  const keyOf = ({ integration, environment }: EdgeRef): string => `${integration}/${environment}`;

  const restarts = new Map<string, Restarts>();
  /** Repairs that failed in the last round, by environment and remedy. */
  const failed = new Map<string, ReadonlyMap<string, Said>>();
  const loopsIn = restartWatch();

  /** Written down when it is new, for every server of the database to show. */
  async function note(ref: EdgeRef, news: readonly Said[]): Promise<void> {
    const key = keyOf(ref);
    const before = troubles.get(key);
    const now = new Date(parts.clock.now()).toISOString();
    const sinceOf = ({ key: about }: Said): string =>
      before?.find((each) => each.key === about)?.since ?? now;
    const after = news.map((each) => ({ ...each, since: sinceOf(each) }));
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(after)) return;
    await setTrouble(parts.database.db, ref, after);
    troubles.set(key, after);
  }

  const redacted = (news: Said): Said => ({
    ...news,
    key: parts.secrets.known.redact(news.key),
    sentence: parts.secrets.known.redact(news.sentence),
  });

  /** What fails again and again is started again in growing intervals. */
  function isTooEarly(ref: EdgeRef, remedy: Remedy): boolean {
    const restarted = restartedBy(remedy);
    if (restarted === null) return false;
    return parts.steady.now() < (restarts.get(`${keyOf(ref)}/${restarted}`)?.notBeforeMs ?? 0);
  }

  function noteRestart(ref: EdgeRef, remedy: Remedy): void {
    const restarted = restartedBy(remedy);
    if (restarted === null) return;
    const key = `${keyOf(ref)}/${restarted}`;
    const count = restarts.get(key)?.count ?? 0;
    restarts.set(key, { count: count + 1, notBeforeMs: parts.steady.now() + restartPauseMs(count) });
  }

  /** One repair after another, each decided on what is seen then; one that fails is tried again in the next round. */
  async function converge(ref: EdgeRef, signal: AbortSignal): Promise<void> {
    const key = keyOf(ref);
    const tried = new Map<string, Said | null>();
    const before = failed.get(key) ?? new Map<string, Said>();
    for (;;) {
      const facts = await look(parts, ref, AbortSignal.any([signal, AbortSignal.timeout(lookDeadlineMs)]));
      signal.throwIfAborted();
      const todo = remedies(facts);
      // What failed a round ago is said until it is tried again: else it would come and go.
      const open = [...before].filter(([each]) => !tried.has(each) && isAmong(todo, each));
      const failures = [...open, ...tried].flatMap(([, failure]) => failure ?? []);
      const seen = [
        ...heldUp(facts).map(describeHeldUp),
        ...describeEdge(facts, todo),
        ...facts.deployments.flatMap(describe),
        ...facts.residents.flatMap(describeResident),
        ...todo.flatMap(troubleOf),
        ...restoredSentences({ ...facts, isStableReady: true }),
      ].map(said);
      // Causes come before what follows from them: often there is room for one line only.
      const news = [...uniqueBy(failures), ...seen].map(redacted);
      await note(ref, [...news, ...loopsIn(ref, facts)]);
      const remedy = todo.find((each) => !tried.has(JSON.stringify(each)) && !isTooEarly(ref, each));
      if (remedy === undefined) {
        failed.set(
          key,
          new Map(
            [...open, ...tried].flatMap(([each, failure]) => (failure === null ? [] : [[each, failure]])),
          ),
        );
        return;
      }
      logger.info({ environment: key, remedy }, 'mending an environment');
      noteRestart(ref, remedy);
      await reach('mend: begun', mendedBy(ref, remedy));
      const failure = await failureOf(
        mend(parts, ref, remedy, AbortSignal.any([signal, AbortSignal.timeout(mendDeadlineMs)])),
      );
      await reach('mend: done', mendedBy(ref, remedy));
      signal.throwIfAborted();
      if (failure !== null)
        logger.warn({ environment: key, remedy, failure: failure.sentence }, 'a repair failed');
      tried.set(JSON.stringify(remedy), failure);
    }
  }

  return {
    async runOnce(signal) {
      if (!(await takeConvergence(parts.database.db, parts.worker))) return true;
      const environments = await environmentsOfHost(parts.database.db, parts.worker.host.id);
      for (const { integration, name } of environments) {
        const ref = { integration, environment: name };
        const key = keyOf(ref);
        if (mending.has(key)) continue;
        const work = converge(ref, signal)
          .catch((error: unknown) => {
            const message = whyUnseen(error);
            if (signal.aborted) return;
            logger.warn({ environment: key, message }, 'an environment was not looked at');
            return note(ref, [said(message)]).catch(() => {
              // The database is away, which the loop itself finds out.
            });
          })
          .finally(() => mending.delete(key));
        mending.set(key, work);
      }
      await withinRound(Promise.all(mending.values()), signal);
      const isAsDecided = [...troubles.values()].every((each) => each.length === 0);
      return isAsDecided && mending.size === 0 && environments.every(({ holder }) => holder === null);
    },
    async settled() {
      await Promise.all(mending.values());
    },
  };
}

/** What a remedy is about: a deployment, a resident, or the environment as a whole. */
function mendedBy({ environment }: EdgeRef, remedy: Remedy): string {
  if ('component' in remedy) return residentId(environment, remedy.component);
  return 'deployment' in remedy ? remedy.deployment : environment;
}

/** What ends and starts again with a remedy; null: nothing. */
function restartedBy(remedy: Remedy): string | null {
  if (remedy.kind === 'replace-edge') return 'the edge';
  if (remedy.kind === 'restart') return remedy.deployment;
  const isOfResident = remedy.kind === 'restart-resident' || remedy.kind === 'put-back-resident';
  return isOfResident ? remedy.component : null;
}

interface Restarts {
  readonly count: number;
  readonly notBeforeMs: number;
}

/** Resolves when `work` has, or the round is over, or nobody wants to know any more. */
async function withinRound(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const timer = pause(roundMs, AbortSignal.any([signal, over.signal])).catch(() => null);
  await Promise.race([work, timer]);
  over.abort();
}

function isAmong(todo: readonly Remedy[], remedy: string): boolean {
  return todo.some((each) => JSON.stringify(each) === remedy);
}

/** Two repairs may fail for one reason. */
function uniqueBy(news: readonly Said[]): readonly Said[] {
  return [...new Map(news.map((each) => [each.key, each])).values()];
}

async function failureOf(work: Promise<void>): Promise<Said | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return saidOfFailure(error);
  }
}
