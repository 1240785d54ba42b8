import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';

import type { AuditView } from '../../src/api/views/audit.ts';
import { errorEnvelope } from '../../src/api/error-envelope.ts';
import { startTestPostgres } from '../harness/database.ts';
import { type DeployerHome, homeOfThisFile } from '../harness/deployer-home.ts';
import { type Gates, openGates } from '../harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, type Project } from '../harness/project.ts';
import { openRelay } from '../harness/relay.ts';
import { until } from '../harness/until.ts';
import { ask } from '../harness/users.ts';
import { type Absence, goAway } from './absences.ts';
import { chosen } from './choice.ts';
import { pick } from './matrix.ts';

const absenceMs = 30_000;
const tester = 'qa@example.com';
const approver = 'ops@example.com';

/** What a run waits for, and what somebody types to let it go on. */
const waits = {
  uat: { answer: (run: string) => ['uat', 'pass', run], user: tester, action: 'uat-pass' },
  approval: { answer: (run: string) => ['approve', run], user: approver, action: 'approve' },
  freeze: { answer: () => ['unfreeze', 'production'], user: approver, action: null },
  capacity: { answer: null, user: approver, action: null },
} as const;
type Kind = keyof typeof waits;

interface Cell {
  readonly kind: Kind;
  readonly absence: Absence;
}
const nameOf = ({ kind, absence }: Cell): string => `${kind} / ${absence}`;
const all: readonly Cell[] = (['uat', 'approval', 'freeze', 'capacity'] as const).flatMap((kind) =>
  (['frozen', 'gone'] as const).map((absence) => ({ kind, absence })),
);
const cells = chosen({
  from: all,
  nameOf,
  bySeed: (seed) => pick(all, { seed, count: 2, nameOf, kindOf: ({ absence }) => absence }),
});

const postgres = await startTestPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());
const relay = await openRelay(await postgres.createDatabase());
afterAll(() => relay[Symbol.asyncDispose]());

interface Bed {
  readonly home: DeployerHome;
  readonly desk: Project;
  readonly gates: Gates;
}

async function bedOf(env: Readonly<Record<string, string>>): Promise<Bed> {
  const home = await homeOfThisFile(env);
  return { home, desk: openProject(home, 'desk'), gates: await openGates(join(home.scratch, 'gates')) };
}

const beds = { frozen: await bedOf({}), gone: await bedOf({ DEPLOYER_DATABASE_URL: relay.url }) };
beforeEach(() => Promise.all(Object.values(beds).map(({ gates }) => gates.openAll())));

let versions = 0;

/** Ships a new version as far as the first human gate. */
async function ship({ desk, gates }: Bed): Promise<string> {
  const says = `version ${(versions += 1)}`;
  const environments = {
    dev: { gates: ['uat'], uat: { testers: [tester] } },
    production: { gates: ['smoke'], approval: { approvers: [approver] } },
  };
  desk.commit({
    'deployer.yaml': {
      ...helloSpec(environments),
      integration: { key: 'desk' },
      tests: { smoke: { run: gates.shell('smoke'), writes: false } },
    },
    [helloFile]: helloProgram({ says }),
  });
  return (await desk.ship()).run;
}

async function answer({ desk }: Bed, args: readonly string[], user: string): Promise<void> {
  const { code, out, err } = await desk.run(args, { user });
  if (code !== 0) throw new Error(`deployer ${args.join(' ')} ended with ${code}:\n${out}${err}`);
}

/** Brings a run to where it waits for that, and returns it with what keeps it there. */
async function bringTo(
  bed: Bed,
  kind: Kind,
): Promise<{ readonly run: string; readonly ahead: string | null }> {
  if (kind === 'uat') return { run: await ship(bed), ahead: null };
  let ahead: string | null = null;
  if (kind === 'capacity') {
    await bed.gates.close('smoke');
    ahead = await passUat(bed);
    await answer(bed, ['approve', ahead], approver);
    await bed.gates.reached('smoke');
  }
  const run = await passUat(bed);
  if (kind === 'freeze') await answer(bed, ['freeze', 'production', '--reason', 'a test'], approver);
  if (kind !== 'approval') await answer(bed, ['approve', run], approver);
  return { run, ahead };
}

async function passUat(bed: Bed): Promise<string> {
  const run = await ship(bed);
  await answer(bed, ['uat', 'pass', run], tester);
  await untilWaits(bed, run, 'approval');
  return run;
}

async function untilWaits({ desk }: Bed, run: string, kind: Kind): Promise<object> {
  return await until(`${run} to wait for ${kind}`, async () => {
    const { waiting, state, reason } = await desk.view(run);
    if (state === 'failed') throw new Error(reason ?? 'it failed');
    return waiting?.kind === kind ? waiting : null;
  });
}

async function untilSucceeded({ desk }: Bed, run: string): Promise<void> {
  await until(`${run} to succeed`, async () => {
    const { state, reason } = await desk.view(run);
    if (state === 'failed' || state === 'cancelled') throw new Error(reason ?? state);
    return state === 'succeeded' ? true : null;
  });
}

test.each(cells)(
  'no database for 30 s while a run waits: %s: it waits as before, and an answer counts once or is refused',
  { timeout: 300_000 },
  async (_, { kind, absence }) => {
    const bed = beds[absence];
    const { desk } = bed;
    const { action, user, answer: answerTo } = waits[kind];
    const { run, ahead } = await bringTo(bed, kind);
    const before = await untilWaits(bed, run, kind);
    const args = answerTo?.(run) ?? null;

    const back = await goAway(absence, { home: bed.home.home, relay });
    const asking = args === null ? null : desk.run([...args, '--json'], { user });
    await delay(absenceMs);
    await back();
    const early = await asking;
    if (early !== null && early.code !== 0) {
      const { error } = errorEnvelope.parse(JSON.parse(early.out.trimEnd().split('\n').at(-1) ?? ''));
      expect(['database_failed', 'deadline_passed']).toContain(error.code);
    }
    const since = await until('the database to answer again', async () => desk.view(run).catch(() => null));
    // One that was refused may have arrived all the same; else nothing has changed.
    if (since.waiting?.kind === kind) {
      expect(since.waiting).toEqual(before);
      if (args !== null) await answer(bed, args, user);
    }

    await bed.gates.open('smoke');
    if (ahead !== null) await untilSucceeded(bed, ahead);
    // The approval of one that was behind another is void once that one has switched.
    if (kind === 'uat' || kind === 'capacity') {
      await untilWaits(bed, run, 'approval');
      await answer(bed, ['approve', run], approver);
    }
    await untilSucceeded(bed, run);
    expect((await ask(await desk.environment('production'))).text).toBe(`version ${versions}`);
    if (action === null) return;
    const { entries } = await desk.read<AuditView>('audit');
    expect(entries.filter((entry) => entry.action === action && entry.subject === run)).toHaveLength(1);
  },
);
