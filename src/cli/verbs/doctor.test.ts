import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';
import type { WorkersView } from '../../api/views/workers.ts';

const Report = z.object({
  server: z.object({ pid: z.number(), url: z.string(), version: z.string(), home: z.string() }).nullable(),
  database: z.unknown(),
  checks: z.array(
    z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), hint: z.string().nullable() }),
  ),
});

const view = {
  pid: 7,
  version: '0.1.0',
  builtAt: '2026-12-07T12:00:00.000Z',
  home: '/home',
  startedAt: '2026-12-07T12:00:00.000Z',
  database: { kind: 'embedded', version: '18.1', pid: 8 },
} as const;

const maintenance = {
  disk: {
    kinds: [
      { kind: 'database', bytes: 40e6 },
      { kind: 'artifacts', bytes: 2e6 },
    ],
    freeBytes: 20e9,
  },
  schedules: [
    {
      name: 'pruning',
      cron: '17 3 * * *',
      timeZone: 'Europe/Berlin',
      nextAt: '2026-12-08T02:17:00.000Z',
      startedAt: '2026-12-07T12:00:00.000Z',
      endedAt: '2026-12-07T12:00:01.000Z',
      ok: true,
      summary: 'pruned 2 releases',
      missed: 3,
    },
  ],
  audit: { entries: 12, checked: 12, head: `sha256:${'a'.repeat(64)}`, broken: null },
} as const;
/** Every receiver has what it was to be told. */
const told = { undelivered: [] };
const nobody: WorkersView = { workers: [], health: { live: true, ready: true, troubles: [] } };

test('doctor looks at the machine without a server, and starts none', async () => {
  const { home } = await stubServer({});
  const empty = join(home, 'empty');
  await mkdir(empty, { mode: 0o700 });
  const { out } = await deployer(['doctor', '--json'], { home: empty });
  const { server, checks } = Report.parse(JSON.parse(out));
  expect(server).toBeNull();
  expect(checks.map(({ name }) => name)).toEqual(['node', 'git', 'home', 'disk', 'postgres', 'server']);
});

test('doctor says which server runs, and on what database', async () => {
  const { home } = await stubServer({
    server: () => view,
    maintenance: () => maintenance,
    undelivered: () => told,
    workers: () => nobody,
  });
  const { out } = await deployer(['doctor', '--json'], { home });
  const { server, database } = Report.parse(JSON.parse(out));
  expect(server).toEqual({ pid: 7, url: `unix:${join(home, 'api.sock')}`, version: '0.1.0', home });
  expect(database).toEqual({ kind: 'embedded', version: '18.1', pid: 8 });
});

test('processes are named, one disk has one unit, and times are said as people do', async () => {
  const at = new Date(Date.now() - 4500).toISOString();
  const worker = {
    host: 'build-7',
    home: '/srv',
    kind: 'server',
    pid: 7,
    version: '0.1.0',
    startedAt: at,
  } as const;
  const workers = [{ ...worker, beatAt: at, living: true, doing: [] }];
  const { home } = await stubServer({
    server: () => view,
    maintenance: () => maintenance,
    undelivered: () => told,
    workers: () => ({ ...nobody, workers }),
  });
  const { out } = await deployer(['doctor', '--json'], { home });
  const { checks } = Report.parse(JSON.parse(out));
  const detailOf = (name: string): string => checks.find((check) => check.name === name)?.detail ?? '';
  expect(detailOf('database')).toBe('process 8, PostgreSQL 18.1 (embedded)');
  expect(detailOf('disk')).toMatch(/^[\d.]+ [kMG]B free for /);
  expect(detailOf('server on build-7')).toMatch(/, last sign \d s ago$/);
});

test('what is not well exits 1, each such line with what to do', async () => {
  const wide = {
    name: 'desk/dev',
    ok: false,
    detail: 'agent listens on 0.0.0.0:4000',
    hint: 'Let agent listen on HOST only.',
  };
  const { home } = await stubServer({
    server: () => view,
    maintenance: () => maintenance,
    undelivered: () => told,
    workers: () => nobody,
  });
  const { code, out } = await deployer(['doctor'], {
    home,
    serverVerbs: { inspect: () => Promise.resolve([wide]) },
  });
  expect(code).toBe(1);
  expect(out).toMatch(
    /✗ desk\/dev +agent listens on 0\.0\.0\.0:4000\n {2}→ Let agent listen on HOST only\.\n/,
  );
});

test('an environment takes one line, however much is wrong with it', async () => {
  const production = {
    name: 'production',
    target: 'process',
    host: null,
    url: null,
    caFile: null,
    live: null,
    previous: null,
    candidate: null,
    deployments: [],
    residents: [],
    frozen: null,
    waiting: [],
  } as const;
  const ids = ['production-1', 'production-2', 'production-3'];
  const { home } = await stubServer({
    server: () => view,
    maintenance: () => maintenance,
    undelivered: () => told,
    workers: () => nobody,
    status: () => ({
      integration: 'desk',
      name: 'Desk',
      emoji: '🎫',
      tracking: null,
      running: [],
      notices: ['Secret a#b@1 is revoked'],
      waiting: [],
      environments: [
        {
          ...production,
          trouble: ids.flatMap((id) => [
            `${id}: No supervisor looks after it.`,
            `${id} has vanished; it is being started again`,
          ]),
        },
        { ...production, name: 'dev', trouble: ['the edge is behind', 'dev-2: Replica 0 of app failed.'] },
      ],
      trouble: [],
    }),
  });
  const { out } = await deployer(['doctor', '--integration', 'desk', '--json'], { home });
  const { checks } = Report.parse(JSON.parse(out));
  expect(checks.filter(({ name }) => name.startsWith('desk/'))).toMatchObject([
    { ok: false, detail: '3 deployments are being started again (production-1, production-2, production-3)' },
    { ok: false, detail: 'the edge is behind; and 1 more: deployer status', hint: 'deployer logs dev' },
  ]);
  expect(checks).toContainEqual({
    name: 'desk notice',
    ok: true,
    detail: 'Secret a#b@1 is revoked',
    hint: null,
  });
});

test('a server that does not answer is not well', async () => {
  const { home } = await stubServer({});
  const file = join(home, 'server.json');
  const record: unknown = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify(Object.assign({}, record, { socket: join(home, 'nobody.sock') })));
  const { code, out } = await deployer(['doctor'], { home });
  expect(code).toBe(1);
  expect(out).toMatch(/✗ server +process \d+ does not answer/);
});

test('doctor says what takes the disk, and how schedules went: overdue ones ran once', async () => {
  const { home } = await stubServer({
    server: () => view,
    maintenance: () => maintenance,
    undelivered: () => told,
    workers: () => nobody,
  });
  const { out } = await deployer(['doctor', '--json'], { home });
  const { checks } = Report.parse(JSON.parse(out));
  expect(checks.find(({ name }) => name === 'disk use')).toMatchObject({
    ok: true,
    detail: '42.0 MB: database 40.0 MB, artifacts 2.0 MB; 20.0 GB free',
  });
  expect(checks.find(({ name }) => name === 'schedule: pruning')?.detail).toMatch(
    /^pruned 2 releases, .+, once for 4 times that passed meanwhile; next at 2026-12-08 03:17 \(Europe\/Berlin\)$/,
  );
});

test('a damaged file that no server starts with is said', async () => {
  const { home } = await stubServer({});
  const damaged = join(home, 'damaged');
  await mkdir(damaged, { mode: 0o700 });
  await writeFile(join(damaged, 'host.json'), '');
  const { code, out } = await deployer(['doctor', '--json'], { home: damaged });
  expect(code).toBe(1);
  const { checks } = Report.parse(JSON.parse(out));
  expect(checks.find(({ name }) => name === 'home')).toMatchObject({
    ok: false,
    detail: expect.stringContaining('host.json is damaged'),
  });
});

test('little room is said with what to do, and so is a schedule that failed, and an audit that was changed', async () => {
  const [pruning] = maintenance.schedules;
  const worse = {
    disk: { ...maintenance.disk, freeBytes: 1e6 },
    schedules: [{ ...pruning, ok: false, summary: 'the disk is full' }],
    audit: { ...maintenance.audit, broken: 'entry 7 was changed' },
  };
  const { home } = await stubServer({
    server: () => view,
    maintenance: () => worse,
    workers: () => nobody,
    undelivered: () => told,
  });
  const { code, out } = await deployer(['doctor', '--json'], { home });
  const { checks } = Report.parse(JSON.parse(out));
  expect(code).toBe(1);
  expect(checks.find(({ name }) => name === 'disk use')?.hint).toContain('deployer prune --dry-run');
  expect(checks.find(({ name }) => name === 'schedule: pruning')).toMatchObject({ ok: false });
  expect(checks.find(({ name }) => name === 'audit')).toMatchObject({
    ok: false,
    detail: 'entry 7 was changed',
  });
});

test('doctor lists workers with what they do, and says where one is missing', async () => {
  const at = new Date(Date.now() - 60_000).toISOString();
  const worker = {
    host: 'build-7',
    home: '/srv/deployer',
    kind: 'server',
    pid: 7,
    version: '0.1.0',
    startedAt: at,
    beatAt: at,
    living: true,
    doing: ['desk-3 build'],
  } as const;
  const { home } = await stubServer({
    server: () => view,
    maintenance: () => maintenance,
    undelivered: () => told,
    workers: () => ({
      workers: [
        worker,
        { ...worker, kind: 'worker', pid: 6, living: false },
        { ...worker, host: 'build-8', living: false, doing: [] },
      ],
      health: {
        live: true,
        ready: false,
        troubles: [{ what: 'runs are not being taken up', since: at, next: 'deployer doctor' }],
      },
    }),
  });
  const { code, out } = await deployer(['doctor', '--json'], { home });
  const { checks } = Report.parse(JSON.parse(out));
  expect(checks.filter(({ name }) => /^(server on|worker on|watchdog)/.test(name))).toMatchObject([
    { name: 'server on build-7', ok: true, detail: expect.stringContaining('desk-3 build; process 7') },
    { name: 'server on build-8', ok: false, hint: expect.stringContaining('On build-8:') },
    { name: 'watchdog', ok: false, detail: 'runs are not being taken up (1 min)' },
  ]);
  expect(code).toBe(1);
});

test('a server that was killed is missed, and what is live makes that worse', async () => {
  const { home } = await stubServer({});
  const file = join(home, 'server.json');
  const record: unknown = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(
    file,
    JSON.stringify(Object.assign({}, record, { startedAt: 'before the machine started' })),
  );
  const edge = { name: 'edge of desk/dev', ok: true, detail: 'generation 3', hint: null };
  const { code, out } = await deployer(['doctor', '--json'], {
    home,
    serverVerbs: { inspect: () => Promise.resolve([edge]) },
  });
  expect(code).toBe(1);
  expect(Report.parse(JSON.parse(out)).checks).toContainEqual({
    name: 'server',
    ok: false,
    detail: expect.stringContaining('live environments are unwatched and open runs stand still'),
    hint: expect.stringContaining('deployer serve'),
  });
});

test('a receiver that cannot be told is named with the reason, when it is tried next, and what to do', async () => {
  const last = {
    kind: 'firing',
    at: new Date(Date.now() - 600_000).toISOString(),
    deliveredAt: null,
    attempts: 5,
    error: 'it answered with status 404',
    nextTryAt: new Date(Date.now() + 3_615_000).toISOString(),
  } as const;
  const place = { integration: 'desk', environment: 'production', receiver: 'https://hooks.example.com/…' };
  const { home } = await stubServer({
    server: () => view,
    maintenance: () => maintenance,
    workers: () => nobody,
    undelivered: () => ({ undelivered: [{ ...place, last, count: 2 }] }),
  });
  const { code, out } = await deployer(['doctor', '--json'], { home });
  expect(code).toBe(1);
  expect(
    Report.parse(JSON.parse(out)).checks.find(({ name }) => name === 'alerts of desk/production'),
  ).toEqual({
    name: 'alerts of desk/production',
    ok: false,
    detail:
      'https://hooks.example.com/… was not told of 2 events, the last one 10 min ago: it answered with status 404; next try in 1 h',
    hint: 'Mend the receiver or its address, then: deployer alerts --test production --integration desk',
  });
});
