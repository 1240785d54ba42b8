import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';

import type { AuditView } from '../../src/api/views/audit.ts';
import type { ChecklistView } from '../../src/api/views/checklist.ts';
import type { DocumentView, RevisionsView, RevisionView } from '../../src/api/views/documents.ts';
import { type Said, statementsOf } from '../../src/core/document/document.ts';
import type { Observation } from '../../src/core/places/target.ts';
import { askEdge } from '../../src/edge/admin-client.ts';
import { edgeFolder, readEdgeRecord } from '../../src/edge/edge-record.ts';
import { EdgeObservationSchema } from '../../src/edge/schema.ts';
import { deploymentFolder } from '../../src/targets/supervised/layout.ts';
import { SupervisorClient } from '../../src/targets/supervised/supervisor-client.ts';
import { livingSupervisor } from '../../src/targets/supervised/supervisor-record.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { serverOfClock } from '../harness/server-of-clock.ts';
import { until, untilTrue } from '../harness/until.ts';

const hourMs = 3_600_000;
const production = { integration: 'hello', environment: 'production' } as const;

const home = await homeOfThisFile();
const clock = await serverOfClock(home);
const hello = openProject(home, 'hello');
/** While it is there, a replica that starts does not become ready. */
const lock = join(home.scratch, 'locked');
const wait = `while (existsSync(${JSON.stringify(lock)})) await new Promise((go) => setTimeout(go, 20));`;
const spec = helloSpec({ dev: {}, production: { approval: { none: 'a test' }, replicas: 2 } });
const patient = { ...spec.components.web, health: { seconds: 600 } };

/** Hours that the server's clock is ahead: schedules have come due in each. */
let ahead = 0;

beforeAll(async () => {
  hello.commit({
    'deployer.yaml': { ...spec, components: { web: patient } },
    [helloFile]: `${wait}\n${helloProgram()}`,
  });
  expect(await hello.ship()).toMatchObject({ code: 0 });
  // From here on nothing is done that would make the document be looked at.
  const { entries } = await hello.read<AuditView>('audit');
  await untilTrue('a revision of all that was done', async () => {
    const causes = (await revisions()).flatMap((each) => (each.by === 'deployer' ? each.causes : []));
    return causes.some(({ what, subject }) => what === entries[0]?.action && subject === entries[0].subject);
  });
});

afterEach(() => rm(lock, { force: true }));

test('a replica that was killed is drift in the document that is asked for, until it is back', async () => {
  await killReplica();
  const said = await untilSaid('environments.replicas.production', (drift) => drift !== null);
  expect(said).toMatchObject({
    section: 'environments',
    source: { kind: 'decided' },
    drift: { observed: 'In production-1: 1 of 2 replicas of web is ready.', evidence: expect.any(String) },
  });
  expect((await hello.read<ChecklistView>('checklist')).drift).toEqual({
    production: [{ kind: 'replicas', component: 'web', observed: '1 of 2 replicas of web is ready' }],
  });
  await rm(lock);
  await untilSaid('environments.replicas.production', (drift) => drift === null);
});

test('by the hour drift is found though nobody asks: a revision says it and names why, and so does `doctor`', async () => {
  await killReplica();
  const before = (await revisions())[0]?.revision ?? 0;
  await anHourLater();
  await untilTrue('the hourly look to name it', async () =>
    (await hourlyLook()).includes('hello/production: 1 of 2 replicas of web is ready'),
  );
  const made = await until('a revision that nobody has asked for', async () =>
    (await revisions()).find(({ revision }) => revision > before),
  );
  expect(made).toMatchObject({ by: 'deployer', causes: [{ what: 'check', subject: null, by: 'deployer' }] });
  expect(Date.parse(made.at)).toBeGreaterThan(Date.now() + hourMs / 2);
  const kept = await hello.read<DocumentView>('document', '--revision', String(made.revision));
  expect(saidIn(kept, 'environments.replicas.production')?.drift).toMatchObject({
    observed: 'In production-1: 1 of 2 replicas of web is ready.',
  });
});

test('an alert that was decided, and that what is live does not raise, is drift when asked and by the hour', async () => {
  const rule = 'rollback.alert.production.errorRate';
  hello.commit({
    'deployer.yaml': {
      ...spec,
      components: { web: patient },
      monitoring: { alerts: { errorRate: 0.1, windowSeconds: 5 } },
    },
  });
  expect(await hello.ship('--to', 'dev')).toMatchObject({ code: 0 });
  expect(await untilSaid(rule, (drift) => drift !== null)).toMatchObject({
    section: 'rollback',
    drift: { observed: 'production-1 raises no such alert.' },
  });
  await anHourLater();
  await untilTrue('the hourly look to name it', async () =>
    (await hourlyLook()).includes('hello/production: errorRate alert: production-1 raises no such alert'),
  );
  expect(await hello.ship()).toMatchObject({ code: 0 });
  await untilSaid(rule, (drift) => drift === null);
});

test('an edge that routes by another table than was decided is drift when asked and by the hour', async () => {
  const { decided, other } = await routeByAnotherTable();
  const sentence = `the edge routes by table ${other}, and ${decided} was decided`;
  expect(await untilSaid('environments.place.production', (drift) => drift !== null)).toMatchObject({
    section: 'environments',
    drift: { observed: `In production-2: ${sentence}.` },
  });
  await anHourLater();
  await untilTrue('the hourly look to name it', async () =>
    (await hourlyLook()).includes(`hello/production: ${sentence}`),
  );
});

function saidIn({ document }: DocumentView, id: string): Said | undefined {
  return document === null ? undefined : statementsOf(document).find((said) => said.id === id);
}

/** Asks for the document until it says this of a statement. */
async function untilSaid(id: string, holds: (drift: Said['drift']) => boolean): Promise<Said> {
  return await until(`${id} to say so`, async () => {
    const said = saidIn(await hello.read<DocumentView>('document'), id);
    return said !== undefined && holds(said.drift) ? said : null;
  });
}

async function revisions(): Promise<readonly RevisionView[]> {
  return (await hello.read<RevisionsView>('document', '--history')).revisions;
}

async function anHourLater(): Promise<void> {
  ahead += 1;
  await clock.setOff(ahead * hourMs);
}

/** What `doctor` says of the schedule that looks at places. */
async function hourlyLook(): Promise<string> {
  const { out } = await hello.run(['doctor', '--json']);
  return /"schedule: drift"[^}]*"detail": ?"([^"]*)"/.exec(out)?.[1] ?? '';
}

/** Kills one with SIGKILL, as a power cut would, and returns when its supervisor knows that it is away. */
async function killReplica(): Promise<void> {
  const readyPids = async (): Promise<readonly number[]> =>
    (await seen()).components
      .flatMap(({ replicas }) => replicas)
      .flatMap(({ state, pid }) => (state === 'ready' && pid !== null ? [pid] : []));
  const pid = await until('both replicas to be ready', async () => {
    const pids = await readyPids();
    return pids.length === 2 ? pids[0] : null;
  });
  await writeFile(lock, '');
  process.kill(pid, 'SIGKILL');
  await untilTrue('one replica to be away', async () => (await readyPids()).length === 1);
}

async function seen(): Promise<Observation> {
  const folder = deploymentFolder(home.home.root, { ...production, deployment: 'production-1' });
  const supervisor = await livingSupervisor(folder);
  if (supervisor === null) throw new Error('production-1 has no supervisor');
  const observation = await new SupervisorClient(supervisor).observation(AbortSignal.timeout(10_000));
  if (observation === null) throw new Error('its supervisor does not run');
  return observation;
}

/** As if a server of another home had switched it: nobody takes a newer table away from an edge. */
async function routeByAnotherTable(): Promise<{ readonly decided: number; readonly other: number }> {
  const record = await readEdgeRecord(edgeFolder(home.home.root, production));
  if (record === null) throw new Error('there is no edge');
  const ask = (asked: Parameters<typeof askEdge>[1]) => askEdge(record, asked, AbortSignal.timeout(10_000));
  const observation = EdgeObservationSchema.parse(await ask({ method: 'GET', path: '/observation' }));
  const { table, backends } = observation;
  const other = table.generation + 1;
  await ask({ method: 'PUT', path: '/routes', body: { table: { ...table, generation: other }, backends } });
  return { decided: table.generation, other };
}
