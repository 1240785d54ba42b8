import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { expect } from 'vitest';

import type { Database } from '../../src/store/database.ts';
import type { DeployerHome } from '../harness/deployer-home.ts';
import type { Project } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { lastAudit, type Traces, tracesOf, untilCalm } from './aftermath.ts';
import { smallIntegration, type Witnesses } from './integration.ts';
import { type Journey, rollBack, shipThrough } from './journey.ts';
import type { Moment } from './matrix.ts';
import { killVictim, resident } from './victims.ts';

/** What a moment belongs to. */
export type Scenario = 'ship' | 'failed UAT' | 'failed resident' | 'rollback' | 'loss';

/** What one scenario did and left, so that two can be compared. */
export interface Passage {
  /** Name of the run. */
  readonly run: string;
  readonly traces: Traces;
  readonly effects: readonly string[];
  /** Workers that began while another one worked. */
  readonly overlaps: readonly string[];
  readonly failures: readonly string[];
  /** Who answered users, and was not live at any time. */
  readonly strangers: readonly string[];
}

export interface PassagePlace {
  readonly home: DeployerHome;
  readonly small: Project;
  readonly witnesses: Witnesses;
  /** Opened by the caller, beside the server. */
  readonly database: () => Database;
  /** As for a journey. */
  readonly stuck?: NonNullable<Journey['stuck']>;
}

/** Comes before what a moment names. */
export type AtMoment = (moment: Moment) => Promise<void>;
export const undisturbed: AtMoment = () => Promise.resolve();

export interface Passages {
  readonly ship: (at: AtMoment, uat: 'pass' | 'fail') => Promise<string>;
  /** One scenario under traffic, from calm to calm. */
  readonly pass: (scenario: Scenario, at: AtMoment) => Promise<Passage>;
}

export function passages({ home, small, witnesses, database, stuck }: PassagePlace): Passages {
  let version = 0;

  async function ship(at: AtMoment, uat: 'pass' | 'fail', { breaks = false } = {}): Promise<string> {
    version += 1;
    small.commit(smallIntegration(`version ${version}`, witnesses, { breaks }));
    const { run } = await shipThrough(small, { at, uat, ...(stuck === undefined ? {} : { stuck }) });
    return run;
  }

  async function through(scenario: Scenario, at: AtMoment): Promise<string> {
    if (scenario === 'ship') return await ship(at, 'pass');
    if (scenario === 'failed UAT') return await ship(at, 'fail');
    if (scenario === 'failed resident') {
      const named: AtMoment = (moment) => at(moment === 'before approval' ? 'failed resident' : moment);
      return await ship(named, 'pass', { breaks: true });
    }
    // There is something to go back to, whatever came before.
    const run = await ship(undisturbed, 'pass');
    const { live } = await small.environment('production');
    if (live === null) throw new Error('nothing is live');
    await at(scenario);
    if (scenario === 'rollback') await rollBack(small);
    else {
      await killVictim(home, 'supervisor', async () => live);
      await killVictim(home, "resident's supervisor", async () => resident);
    }
    return run;
  }

  return {
    ship,
    async pass(scenario, at) {
      // Whatever came before, there is a server.
      const production = await small.environment('production');
      const sinceAudit = await lastAudit(database());
      for (const witness of Object.values(witnesses)) await rm(witness, { force: true });
      const traffic = await startTraffic(production, { users: 2 });
      const failures: string[] = [];
      let run: string;
      try {
        run = await through(scenario, at);
      } finally {
        await traffic.stop();
        failures.push(...traffic.failures);
      }
      await untilCalm(home, database());
      const everLive = await database().db.selectFrom('app.switch').select('to').execute();
      const live = new Set(everLive.map(({ to }) => to));
      return {
        run,
        traces: await tracesOf(database(), run, sinceAudit),
        effects: await linesOf(witnesses.effects),
        overlaps: await linesOf(witnesses.workers),
        failures,
        strangers: traffic.answerers.filter((deployment) => !live.has(deployment)),
      };
    },
  };
}

async function linesOf(path: string): Promise<readonly string[]> {
  return existsSync(path) ? (await readFile(path, 'utf8')).trimEnd().split('\n') : [];
}

/** A person whose command broke off may decide twice: it counts once. What is undecided is tried again. */
export function withoutRepeats(traces: Traces): Traces {
  const unique = (lines: readonly string[]): readonly string[] =>
    lines.filter(
      (line, at) => !line.startsWith('retry') && (!/^(approve|uat)/.test(line) || lines.indexOf(line) === at),
    );
  return { ...traces, audit: unique(traces.audit), decisions: unique(traces.decisions) };
}

export function expectAtMostRepeated(
  most: 0 | 1,
  effects: readonly string[],
  expected: readonly string[],
): void {
  const repeated = effects.length - expected.length;
  expect([...new Set(effects)].toSorted()).toEqual([...new Set(expected)].toSorted());
  expect(repeated, effects.join(', ')).toBeOneOf(most === 0 ? [0] : [0, 1]);
}
