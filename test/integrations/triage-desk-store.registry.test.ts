import { cp, readFile, writeFile } from 'node:fs/promises';
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
const desk = await openDesk();

/** Triage Desk with its variant, in one environment without gates: those are proven elsewhere. */
async function openDesk(): Promise<Project> {
  const project = openProject(home, 'desk');
  await cp(join(examplesFolder, 'triage-desk'), project.folder, {
    recursive: true,
    filter: (path) => !/node_modules|reports|weights\.json/.test(path),
  });
  apply(project, 'keeps-tickets');
  const file = join(project.folder, 'deployer.yaml');
  const { trigger: _, tests: __, build: ___, ...spec } = parse(await readFile(file, 'utf8')) as Spec;
  const environments = { production: { approval: { none: 'a test' } } };
  await writeFile(file, stringify({ ...spec, environments }));
  project.commit({}, { message: 'it keeps tickets' });
  return project;
}

interface Spec {
  readonly trigger: unknown;
  readonly tests: unknown;
  readonly build: unknown;
}

function apply(project: Project, variant: string): void {
  project.git('apply', join(examplesFolder, 'variants', `${variant}.patch`));
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

  apply(desk, 'better-answers');
  desk.commit({}, { message: 'better answers' });
  expect(await desk.ship()).toMatchObject({ code: 0 });
  const second = await sendTicket(production, 'I want my money back.');
  await untilKept([first, second]);

  expect(await desk.rollback('production')).toMatchObject({ to: 'production-1' });
  const third = await sendTicket(production, 'How do I return shoes?');
  await untilKept([first, second, third]);
}, 600_000);
