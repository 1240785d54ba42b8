import type { Logger } from 'pino';

import { lookEveryMs, needsReplicas } from '../../core/alerts/alert-rule.ts';
import { dueLooks, untilNextLook } from '../../core/alerts/look-times.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import { mapAhead } from '../../lib/map-ahead.ts';
import { messageOf } from '../../lib/message-of.ts';
import { type EnvironmentRow, environmentsOfHost, findEnvironment } from '../../store/environments.ts';
import { takeConvergence } from '../../store/workers.ts';
import type { EngineParts } from '../parts.ts';
import {
  judgeAlerts,
  recordedAlerts,
  type SeenAlerts,
  type JudgedAlerts,
  windowMsOf,
} from './judge-alerts.ts';
import { recordAlerts } from './record-alerts.ts';
import { type FindRules, rememberedRules, type RulesInForce } from './rules-in-force.ts';
import { takeSample } from './take-sample.ts';

/** Looks at the alerts of this host's environments, by the worker that looks after them. */
export interface Alerting {
  /** One look at every environment whose time has come; resolves with the milliseconds until the next one. */
  runOnce(signal: AbortSignal): Promise<number>;
  /** How its alerts stood at the last look of this process; null: another one looks, or nobody does. */
  seen(environment: EdgeRef): SeenAlerts | null;
}

/** How soon rules are noticed that have come into force. */
const idleMs = 5000;
const looksAtOnce = 8;
/** An environment that is silent takes 3 s: a round of such ones ends well within what the loop is allowed. */
const looksPerRound = 64;

export function alerting(parts: EngineParts, logger: Logger): Alerting {
  const { database, worker, steady, clock } = parts;
  const find: FindRules = rememberedRules(database.db);
  const judged = new Map<string, JudgedAlerts>();
  /** Environments without rules, of which nothing is left in the database. */
  const without = new Set<string>();
  /** When each environment is looked at next, by the steady clock. */
  const times = new Map<string, number>();
  let listed: Listed | null = null;

  async function look(row: EnvironmentRow, signal: AbortSignal): Promise<void> {
    const environment = environmentRefOf(row);
    const key = keyOf(environment);
    const inForce = await find(row);
    if (inForce === null || inForce.rules.length === 0) return await leave(environment, inForce);
    without.delete(key);
    const before = judged.get(key) ?? (await recordedAlerts(database.db, environment));
    const sample = await takeSample(parts, row, { withReplicas: inForce.rules.some(needsReplicas), signal });
    judged.set(key, await judgeAlerts({ ...parts, logger }, { inForce, before, sample }));
    times.set(key, sample.atMs + lookEveryMs(windowMsOf(inForce)));
  }

  /** Rules that are not in force any more take their alerts with them. */
  async function leave(environment: EdgeRef, inForce: RulesInForce | null): Promise<void> {
    const key = keyOf(environment);
    if (without.has(key)) return;
    judged.delete(key);
    await recordAlerts(parts, { environment, inForce, next: [], nowMs: clock.now(), figuresAtMs: null });
    without.add(key);
  }

  /** The environments of this host, which are asked for now and then: only what is due is read in between. */
  async function list(): Promise<Listed> {
    const rows = await environmentsOfHost(database.db, worker.host.id);
    const byKey = rows.map((row) => [keyOf(environmentRefOf(row)), row] as const);
    return { rows: new Map(byKey), atMs: steady.now() };
  }

  /** By where users are now: only a list that was just made says so, and of what is not looked at often. */
  async function lookAnew(key: string, row: EnvironmentRow, { isListNew, signal }: Round): Promise<void> {
    times.set(key, steady.now() + idleMs);
    const isRowNew = isListNew && !judged.has(key);
    await look(isRowNew ? row : await findEnvironment(database.db, row.integration, row.name), signal);
  }

  return {
    async runOnce(signal) {
      if (!(await takeConvergence(database.db, worker))) {
        judged.clear();
        without.clear();
        times.clear();
        listed = null;
        return idleMs;
      }
      const isListNew = listed === null || steady.now() - listed.atMs >= idleMs;
      const { rows } = isListNew || listed === null ? (listed = await list()) : listed;
      const environments = [...rows.keys()];
      const due = dueLooks(times, { environments, nowMs: steady.now(), atMost: looksPerRound });
      const looks = mapAhead(due, looksAtOnce, async (key) => {
        const row = rows.get(key);
        if (row === undefined) return;
        await lookAnew(key, row, { isListNew, signal }).catch((error: unknown) => {
          if (signal.aborted) throw error;
          logger.warn({ environment: key, message: messageOf(error) }, 'alerts were not judged');
        });
      });
      for await (const _ of looks) signal.throwIfAborted();
      const soonest = untilNextLook(times, { environments, nowMs: steady.now() });
      return Math.max(100, Math.min(idleMs, soonest));
    },
    seen: (environment) => judged.get(keyOf(environment)) ?? null,
  };
}

interface Listed {
  readonly rows: ReadonlyMap<string, EnvironmentRow>;
  readonly atMs: number;
}

interface Round {
  readonly isListNew: boolean;
  readonly signal: AbortSignal;
}

function environmentRefOf({ integration, name }: EnvironmentRow): EdgeRef {
  return { integration, environment: name };
}

function keyOf({ integration, environment }: EdgeRef): string {
  return `${integration}/${environment}`;
}
