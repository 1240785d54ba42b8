import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';

import { createToken } from '../../examples/triage-desk/tests/support/token.ts';
import type { EnvironmentView } from '../../src/api/views/status.ts';
import { examplesFolder } from '../../src/cli/demo/examples-folder.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openProject, type Project } from '../harness/project.ts';
import { until } from '../harness/until.ts';

const home = await homeOfThisFile();
/** Where its tools keep refunds, for whichever release. */
const data = join(home.scratch, 'data');
/** Its `deployer.yaml` as the variants change it; null: none has yet. */
let whole: string | null = null;
const desk = await openDesk();

/** Triage Desk with its variant. */
async function openDesk(): Promise<Project> {
  const project = openProject(home, 'desk');
  await cp(join(examplesFolder, 'triage-desk'), project.folder, {
    recursive: true,
    filter: (path) => !/node_modules|reports|weights\.json/.test(path),
  });
  await apply(project, 'keeps-tickets');
  project.commit({}, { message: 'it keeps tickets' });
  return project;
}

interface Spec {
  readonly trigger: unknown;
  readonly tests: unknown;
  readonly build: unknown;
  readonly monitoring: unknown;
}

/** With what has been applied before, in one environment without gates and alerts: those are proven elsewhere. */
async function apply(project: Project, variant: string): Promise<void> {
  const file = join(project.folder, 'deployer.yaml');
  if (whole !== null) await writeFile(file, whole);
  project.git('apply', join(examplesFolder, 'variants', `${variant}.patch`));
  whole = await readFile(file, 'utf8');
  const { trigger: _, tests: __, build: ___, monitoring: ____, ...spec } = parse(whole) as Spec;
  const environments = { production: { approval: { none: 'a test' }, env: { DATA_DIR: data } } };
  await writeFile(file, stringify({ ...spec, environments }));
}

/** Sends a ticket as a customer does, and returns its name. */
async function sendTicket({ url, caFile }: EnvironmentView, text: string): Promise<string> {
  const agent = new Agent({ connect: { ca: await readFile(caFile ?? '', 'utf8') } });
  try {
    const { statusCode, body } = await request(`${url}/v1/tickets`, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${createToken()}` },
      body: JSON.stringify({ subject: 'Question', customer: 'C-1042', text }),
    });
    expect(statusCode).toBe(200);
    return ((await body.json()) as { readonly ticket: string }).ticket;
  } finally {
    await agent.destroy();
  }
}

/** Resolves when the store of production has kept exactly these. */
async function untilKept(tickets: readonly string[]): Promise<void> {
  const { residents } = await desk.environment('production');
  await until(`${tickets.join(', ')} to be kept`, async () => {
    const { body } = await request(`${residents[0]?.url}/handled`);
    const kept = ((await body.json()) as readonly { readonly ticket: string }[]).map(({ ticket }) => ticket);
    return kept.join() === tickets.join() ? true : null;
  });
}

test('what Triage Desk keeps outlives its releases: over a switch, and over a rollback', async () => {
  expect(await desk.ship()).toMatchObject({ code: 0 });
  const production = await desk.environment('production');
  const first = await sendTicket(production, 'Where is my parcel?');
  await untilKept([first]);

  await apply(desk, 'better-answers');
  desk.commit({}, { message: 'better answers' });
  expect(await desk.ship()).toMatchObject({ code: 0 });
  const second = await sendTicket(production, 'I want my money back.');
  await untilKept([first, second]);

  expect(await desk.rollback('production')).toMatchObject({ to: 'production-1' });
  const third = await sendTicket(production, 'How do I return shoes?');
  await untilKept([first, second, third]);
}, 600_000);

test('what Triage Desk migrates is migrated once each; after an irreversible migration the way back is refused, and says why', async () => {
  const refund = join(data, 'refunds', 'R-1.json');
  await mkdir(join(data, 'refunds'), { recursive: true });
  await writeFile(refund, JSON.stringify({ id: 'R-1', order: 'ORD-104200', amount: 19.9, currency: 'EUR' }));
  const shipVariant = async (variant: string) => {
    await apply(desk, variant);
    desk.commit({}, { message: variant });
    const { code, run } = await desk.ship();
    expect({ variant, code }).toEqual({ variant, code: 0 });
    const { previous } = await desk.environment('production');
    const record: unknown = JSON.parse(await readFile(refund, 'utf8'));
    return { run, record, rollback: previous?.rollback };
  };

  expect(await shipVariant('migrates-expand')).toMatchObject({
    record: { amount: 19.9, cents: 1990 },
    rollback: { ready: true },
  });
  const contract = await shipVariant('migrates-contract');
  expect(contract.record).toEqual({ id: 'R-1', order: 'ORD-104200', cents: 1990, currency: 'EUR' });
  expect(contract.rollback).toMatchObject({ ready: false });
  const { run, record } = await shipVariant('migrates-irreversible');
  expect(record).toEqual({ id: 'R-1', orderDigest: expect.any(String), cents: 1990, currency: 'EUR' });

  const before = await desk.environment('production');
  const refused = await desk.refused(['rollback', 'production']);
  expect(refused).toMatchObject({ exit: 1, code: 'rollback_not_ready' });
  expect(refused.message).toContain(
    `an irreversible migration has run that its release does not know (${run})`,
  );
  expect((await desk.environment('production')).live).toEqual(before.live);
  await sendTicket(before, 'I want my money back.');
}, 600_000);
