import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { ChecklistView, EvidenceListView, EvidenceView } from '../src/api/views/checklist.ts';
import type { AuditView } from '../src/api/views/audit.ts';
import type { CellStatus, ChecklistItemId } from '../src/core/checklist/checklist.ts';
import { signalProcess } from '../src/lib/process-identity.ts';
import { deploymentFolder } from '../src/targets/supervised/layout.ts';
import { livingSupervisor } from '../src/targets/supervised/supervisor-record.ts';
import { homeOfThisFile } from './harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { openProject } from './harness/project.ts';
import { until } from './harness/until.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
const approver = { user: 'approver@example.com' };
/** What the suite copies to where its report belongs. */
const source = join(home.scratch, 'source.xml');
const passing = '<testsuite><testcase name="answers"/></testsuite>';

const environments = {
  dev: { gates: ['e2e', 'rollback-rehearsal'] },
  production: { approval: { approvers: [approver.user] }, requires: ['compliance-checks'] },
};

const spec = {
  ...helloSpec(environments),
  tests: { e2e: { run: `cp ${source} report.xml || true`, report: 'report.xml', writes: false } },
  documentation: { files: ['README.md'], interface: ['api.json'] },
  compliance: { frameworks: ['GDPR'] },
};

async function cells(environment: string): Promise<Readonly<Record<string, CellStatus>>> {
  const { items } = await hello.read<ChecklistView>('checklist');
  return Object.fromEntries(items.map(({ id, cells: row }) => [id, row[environment]?.status ?? 'pending']));
}

async function reasonOf(item: ChecklistItemId, environment: string): Promise<string> {
  const { items } = await hello.read<ChecklistView>('checklist');
  return items.find(({ id }) => id === item)?.cells[environment]?.reason ?? '';
}

test('the checklist follows a release from nothing to production, with a waiver on the way', async () => {
  await writeFile(source, passing);
  hello.commit({
    'deployer.yaml': spec,
    [helloFile]: helloProgram({ says: 'one' }),
    'README.md': '# Hello\n\nSee [the interface](api.json).\n',
    'api.json': '{}\n',
  });

  expect(await hello.read<ChecklistView>('checklist')).toMatchObject({ release: null, integration: 'hello' });
  expect(await cells('dev')).toMatchObject({
    'code-deployment': 'pending',
    'compliance-checks': 'undecided',
  });

  const dev = await hello.ship('--to', 'dev');
  expect(dev.code).toBe(0);
  expect(await cells('dev')).toEqual({
    'infrastructure-setup': 'done',
    'code-deployment': 'done',
    'configuration-validation': 'done',
    testing: 'undecided',
    'monitoring-setup': 'undecided',
    'rollback-plan': 'done',
    'compliance-checks': 'undecided',
    'user-documentation': 'done',
    approval: 'not-applicable',
  });
  expect(await cells('production')).toMatchObject({
    'infrastructure-setup': 'pending',
    'code-deployment': 'pending',
    'configuration-validation': 'pending',
    'user-documentation': 'done',
    approval: 'pending',
  });

  const { run } = await hello.ship();
  await hello.run(['approve', run], approver);
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 5 });
  const { waiting } = await hello.view(run);
  expect(waiting).toMatchObject({
    kind: 'undecided',
    environment: 'production',
    next: `deployer retry ${run}`,
  });
  expect(waiting?.reason).toContain('compliance-checks is undecided: no check is configured for GDPR');
  const typed = /(deployer waive [^)]*)\)/.exec(waiting?.reason ?? '')?.[1] ?? '';
  expect(typed).toBe(
    `deployer waive compliance-checks ${run} --environment production --reason "…" --until <date>`,
  );

  const words = [
    'waive',
    'compliance-checks',
    run,
    '--environment',
    'production',
    '--reason',
    'audit is booked',
  ];
  expect(await hello.refused([...words, '--until', '1d'])).toMatchObject({
    exit: 4,
    code: 'approval_not_allowed',
  });
  expect(await hello.refused([...words, '--until', '2020-01-01'], approver)).toMatchObject({ exit: 2 });
  expect(await hello.run([...words, '--until', '1d'], approver)).toMatchObject({ code: 0 });
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
  expect(await hello.view(run)).toMatchObject({ state: 'succeeded' });
  expect(await cells('production')).toMatchObject({
    'infrastructure-setup': 'done',
    'code-deployment': 'done',
    'configuration-validation': 'done',
    'rollback-plan': 'done',
    'compliance-checks': 'waived',
    approval: 'done',
  });

  const { entries } = await hello.read<AuditView>('audit');
  expect(entries.find(({ action }) => action === 'waive')).toMatchObject({
    by: approver.user,
    subject: run,
    detail: { item: 'compliance-checks', environment: 'production', reason: 'audit is booked' },
  });
});

test('an ended waiver counts as unmet, and a failed item is not waived', async () => {
  const soon = new Date(Date.now() + 20_000).toISOString();
  const words = [
    'waive',
    'monitoring-setup',
    '--environment',
    'production',
    '--reason',
    'soon',
    '--until',
    soon,
  ];
  expect(await hello.run(words, approver)).toMatchObject({ code: 0 });
  expect((await cells('production'))['monitoring-setup']).toBe('waived');
  await until('the waiver to end', async () =>
    (await cells('production'))['monitoring-setup'] === 'undecided' ? true : null,
  );
  expect(await reasonOf('monitoring-setup', 'production')).toContain(
    'the waiver of approver@example.com ended',
  );
  const { waivers } = await hello.read<ChecklistView>('checklist');
  expect(waivers).toMatchObject([
    { subject: 'monitoring-setup', isExpired: true },
    { subject: 'compliance-checks', isExpired: false },
  ]);
  const done = ['waive', 'code-deployment', '--environment', 'production', '--reason', 'no', '--until', '1d'];
  expect(await hello.refused(done, approver)).toMatchObject({ exit: 1, code: 'waiver_refused' });
});

test('an undecided gate is waived, by an approver alone, and the run that waits for it goes on', async () => {
  await writeFile(source, '<testsuite/>');
  hello.commit({ [helloFile]: helloProgram({ says: 'two' }) });
  const { code, run, result } = await hello.ship('--to', 'dev');
  expect(code).toBe(5);
  expect(result.waiting?.waive).toBe(`deployer waive e2e ${run} --reason "…" --until <time>`);
  const words = ['waive', 'e2e', '--reason', 'the report is broken', '--until', '1d'];
  expect(await hello.refused(words)).toMatchObject({ exit: 4 });
  expect(await hello.refused(['waive', 'smoke', ...words.slice(2)], approver)).toMatchObject({
    code: 'nothing_waiting',
  });
  expect(await hello.run(words, approver)).toMatchObject({ code: 0 });
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
  const { stages } = await hello.view(run);
  expect(stages.find(({ name }) => name === 'e2e')).toMatchObject({
    state: 'waived',
    verdict: 'undecided',
    reason: expect.stringMatching(/^Waived by approver@example\.com until .*the report is broken/),
  });
  const { items } = await hello.read<ChecklistView>('checklist');
  const parts = items.find(({ id }) => id === 'testing')?.cells['dev']?.parts ?? [];
  expect(parts.find(({ name }) => name === 'e2e')).toMatchObject({ status: 'waived' });
});

test('every digest of the checklist is evidence that can be read, and shows what was seen', async () => {
  const { items } = await hello.read<ChecklistView>('checklist');
  const digests = new Set(
    items.flatMap(({ cells: row }) => Object.values(row).flatMap(({ evidence }) => evidence)),
  );
  expect(digests.size).toBeGreaterThan(3);
  for (const digest of digests) {
    expect(await hello.read<EvidenceView>('evidence', digest)).toMatchObject({ digest });
  }
  const { evidence } = await hello.read<EvidenceListView>('evidence');
  expect(evidence.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'package',
      'documentation',
      'suite',
      'verify',
      'rollback-rehearsal',
      'observation',
    ]),
  );
});

test('what was looked at is stored once while nothing is other than it was', async () => {
  const observations = async (): Promise<number> =>
    (await hello.read<EvidenceListView>('evidence')).evidence.filter(({ kind }) => kind === 'observation')
      .length;
  const before = await observations();
  await cells('dev');
  await cells('dev');
  expect(await observations()).toBe(before);
});

test('it prints as a table, and as one for a spreadsheet', async () => {
  const table = await hello.run(['checklist']);
  expect(table.out).toContain('Infrastructure Setup');
  expect(table.out).toMatch(/e2e +⚑ waived/);
  expect(table.out).toContain('no check is configured for GDPR');
  const csv = await hello.run(['checklist', '--format', 'csv']);
  const [head = '', ...rows] = csv.out.split('\n');
  expect(head).toBe(
    '"integration","version","release","item","environment","status","reason","at","by","evidence","next","kind","part","owner","until"',
  );
  expect(rows.some((row) => row.includes('"e2e"') && row.includes('"waived"'))).toBe(true);
});

test('a supervisor that hangs holds up no checklist, which says that nothing was seen of it', async () => {
  const { live } = await hello.environment('dev');
  const at = { integration: 'hello', environment: 'dev', deployment: live?.deployment ?? '' };
  const supervisor = await livingSupervisor(deploymentFolder(home.home.root, at));
  if (supervisor === null) throw new Error('nothing runs in dev');
  await signalProcess(supervisor, 'SIGSTOP');
  try {
    expect(await cells('dev')).toMatchObject({
      'infrastructure-setup': 'undecided',
      'code-deployment': 'undecided',
    });
    expect(await reasonOf('infrastructure-setup', 'dev')).toContain('could not be looked at');
    expect((await hello.read<ChecklistView>('checklist')).drift).toEqual({});
  } finally {
    await signalProcess(supervisor, 'SIGCONT');
  }
});

test('the memory of the machine is compared with the limits of what is live and of what would come beside it', async () => {
  await writeFile(source, passing);
  const memoryPart = async (memory: string) => {
    const dev = { ...environments.dev, resources: { memory } };
    hello.commit({ 'deployer.yaml': { ...spec, environments: { ...environments, dev } } });
    expect(await hello.ship('--to', 'dev')).toMatchObject({ code: 0 });
    const { items } = await hello.read<ChecklistView>('checklist');
    const cell = items.find(({ id }) => id === 'infrastructure-setup')?.cells['dev'];
    return { cell: cell?.status, ...cell?.parts.find(({ name }) => name === 'memory') };
  };
  const beside = 'by the limits of what is live and as much again beside it';
  const fitting = await memoryPart('512Mi');
  expect(fitting).toMatchObject({ cell: 'done', status: 'done' });
  expect(fitting.reason).toMatch(
    new RegExp(`^the place has [\\d.]+ GB of memory, and needs 1\\.1 GB ${beside}; .* are available$`),
  );
  const [digest = ''] = fitting.evidence ?? [];
  const { body } = await hello.read<EvidenceView>('evidence', digest);
  expect(body['memory']).toEqual({ totalBytes: expect.any(Number), availableBytes: expect.any(Number) });
  const tooMuch = await memoryPart('9000Gi');
  expect(tooMuch).toMatchObject({ cell: 'failed', status: 'failed', next: 'free -h' });
  expect(tooMuch.reason).toContain(`needs 19327.4 GB ${beside}`);
});
