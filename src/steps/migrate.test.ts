import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { definition, environment, stage, stepContext } from '../../test/steps/step-context.ts';
import type { CommandEnd } from '../core/pipeline/command-end.ts';
import type { MigrationRecords, ReleaseMigration } from '../core/releases/migration.ts';
import { redactorOf } from '../core/secrets/redaction.ts';
import { sha256 } from '../lib/canonical-json.ts';
import { migrateStep } from './migrate.ts';

/** Records in memory: the real ones are proven with a database in `src/engine/migrations.slow.test.ts`. */
function records(doneIn: string | null = null) {
  const calls: string[] = [];
  const kept: MigrationRecords = {
    locked: async (_, signal, work) => await work(signal),
    doneIn: async () => doneIn,
    begin: async (place) => {
      calls.push(`begun for ${place.release} in ${place.environment}`);
      return '1';
    },
    end: async (_, begun, { exitCode }: CommandEnd) => {
      calls.push(`${begun} ended with ${exitCode}`);
    },
  };
  return { kept, calls };
}

interface Case {
  readonly run: string;
  readonly committed?: Readonly<Record<string, string>>;
  readonly inWorkspace?: Readonly<Record<string, string>>;
  readonly doneIn?: string;
  readonly kind?: ReleaseMigration['kind'];
  readonly timeoutMs?: number;
  readonly residents?: Readonly<Record<string, string>>;
  /** Value of `STORE`. */
  readonly secret?: string;
}

async function migrated({ run, committed = {}, inWorkspace = committed, ...own }: Case) {
  const { kept, calls } = records(own.doneIn ?? null);
  const kind = own.kind ?? 'expand';
  const digests = Object.entries(committed).map(([path, text]) => [path, sha256(text)] as const);
  const migration = { kind, run, files: Object.fromEntries(digests) };
  const dev = { ...environment(), migrationEnv: { STORE: own.secret ?? 'here', DEPLOYER_RELEASE: 'forged' } };
  await using step = await stepContext({
    redactor: redactorOf(own.secret === undefined ? [] : [own.secret]),
    stage: stage('migrate', { environment: 'dev' }),
    definition: definition({
      migrations: { run, kind, timeoutMs: own.timeoutMs ?? 10_000, files: ['**'] },
      environments: [dev],
    }),
    release: { id: 'sha256:r', version: '1.0.0', artifacts: {}, migration },
    change: {
      environment: dev,
      edge: { url: 'https://127.0.0.1:1', port: 1, caFile: null, probeToken: '' },
      candidate: null,
      former: null,
      ...(own.residents === undefined ? {} : { residents: own.residents }),
    },
  });
  const { context, lines } = step;
  await mkdir(context.folder, { recursive: true });
  for (const [path, text] of Object.entries(inWorkspace)) await writeFile(join(context.folder, path), text);
  const outcome = await migrateStep({
    sources: { filesAt: async () => new Map(Object.entries(committed).map(([p, t]) => [p, Buffer.from(t)])) },
    migrations: kept,
    nodeFolder: '/nowhere',
  }).run(context);
  const written = await readFile(join(context.folder, 'seen'), 'utf8').catch(() => null);
  return { outcome, lines, calls, written };
}

test('a migration sees the variables of the environment, what it is for, and no address of what does not run yet', async () => {
  const run =
    'echo "$STORE $DEPLOYER_ENVIRONMENT $DEPLOYER_RELEASE ${DEPLOYER_URL-none} ${DEPLOYER_DEPLOYMENT-none}" > seen';
  const { outcome, written, calls } = await migrated({ run });
  expect(outcome).toMatchObject({
    verdict: 'pass',
    reason: expect.stringMatching(/^An expand migration took/),
  });
  expect(written).toBe('here dev sha256:r none none\n');
  expect(calls).toEqual(['begun for sha256:r in dev', '1 ended with 0']);
});

test('a migration is told where the residents of its release are, which run before it', async () => {
  const residents = { 'ticket-store': 'http://127.0.0.1:20001' };
  const { written } = await migrated({ run: 'echo "$TICKET_STORE_URL" > seen', residents });
  expect(written).toBe('http://127.0.0.1:20001\n');
});

test('no beginning of a value is left where a long line of its output is cut', async () => {
  const value = 'postgres://shop:a-long-password@db';
  for (const before of [3970, 3980, 3990]) {
    const run = `printf '%0${before}d%s%s\\n' 0 "$STORE" "$(printf '%05000d' 0)"; exit 1`;
    const { lines, outcome } = await migrated({ run, secret: value });
    const kept = [...lines, JSON.stringify(outcome)];
    expect(lines.filter((line) => line.includes('0000'))).toHaveLength(1);
    expect(kept.filter((text) => text.includes(value.slice(0, 8)))).toEqual([]);
  }
});

test('what the environment has taken already is not run again, and the run that did it is named', async () => {
  const { outcome, written, calls } = await migrated({ run: 'touch seen', doneIn: 'desk-1' });
  expect(outcome).toMatchObject({
    verdict: 'pass',
    reason: 'Skipped: dev has taken this expand migration in desk-1',
  });
  expect(written).toBeNull();
  expect(calls).toEqual([]);
});

test('what runs is what was committed: a file that a suite changed or removed since is put back', async () => {
  const { written, lines } = await migrated({
    run: 'cat a.sql b.sql > seen',
    committed: { 'a.sql': 'one\n', 'b.sql': 'two\n' },
    inWorkspace: { 'a.sql': 'forged\n' },
  });
  expect(written).toBe('one\ntwo\n');
  expect(lines).toContain('note: a.sql was changed since the checkout; it is put back as it was committed');
});

test.each([
  ['a command that fails', { run: 'echo no such table >&2; exit 3' }, /exited 3 after .* is not undone$/],
  ['one that hangs', { run: 'sleep 60', timeoutMs: 200 }, /time was over .* is not undone$/],
] as const)(
  '%s fails the stage, is recorded as ended, and its last words are kept',
  async (_, own, reason) => {
    const { outcome, calls } = await migrated({ ...own, kind: 'contract' });
    expect(outcome).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(reason) });
    expect(calls.at(-1)).toMatch(/^1 ended with /);
  },
);

test('one that leaves no way back says so', async () => {
  const { outcome } = await migrated({ run: 'true', kind: 'contract' });
  expect(outcome.reason).toMatch(/^A contract migration took .*; from here on there is no way back$/);
});
