import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import type { EvidenceListView } from '../../src/api/views/checklist.ts';
import type { SecretsView } from '../../src/api/views/secrets.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { connectionString, readDatabaseFile } from '../../src/store/embedded/database-file.ts';
import type { Ran } from '../harness/command-line.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram } from '../harness/hello.ts';
import { filesHolding, formsOf, printingProgram, rowsHolding } from '../harness/planted-secret.ts';
import { type Changes, openProject, type Project, shipped } from '../harness/project.ts';
import { openReceiver } from '../harness/receiver.ts';
import { untilTrue } from '../harness/until.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const receiver = await openReceiver();
afterAll(() => receiver[Symbol.asyncDispose]());
const token = 'Planted/T0ken+of & "many" signs~é';
const certificate = 'first planted line, long enough\nsecond planted line = 0123456789';
const hello = openProject(home, 'hello');
/** Only a suite is given it; what it tests gets to see it, and prints it. */
const password = 'Pa55-of-a-suite-only-1f0c7d';
const approver = 'approver@example.com';
/** With the ends of one, which a cut could leave. */
const planted = [...[token, certificate, password].flatMap(formsOf), token.slice(0, 12), token.slice(-12)];

const printsPasswords = `
  import { Server } from 'node:http';
  const { emit } = Server.prototype;
  Server.prototype.emit = function (event, request, ...more) {
    const password = event === 'request' ? request.headers['x-password'] : undefined;
    if (password !== undefined) console.log('asked with ' + password);
    return emit.call(this, event, request, ...more);
  };`;

/** Prints what it was given in every form, at each of its starts, in suites, in migrations and in checks. */
function version(own: {
  readonly suite?: 'fails';
  readonly start?: 'crashes';
  readonly check?: 'fails';
  readonly approver?: string;
}): Changes {
  const print = `${printingProgram('TOKEN')};${printingProgram('CERTIFICATE')}`;
  const crash = own.start === 'crashes' ? 'throw new Error("cannot log in with " + process.env.TOKEN);' : '';
  const env = { TOKEN: 'secret://local/hello/api#token', CERTIFICATE: 'secret://local/tls#certificate' };
  return {
    'deployer.yaml': {
      deployer: 1,
      integration: { key: 'hello' },
      components: {
        web: {
          role: 'api-gateway',
          path: 'web',
          // A build that could read a secret could leave it in the artifact.
          build: 'test -z "$TOKEN"',
          run: 'node main.mjs',
          port: 8080,
          public: true,
          health: { seconds: 10 },
          env,
        },
        job: {
          role: 'service',
          path: 'web',
          run: 'sleep 1000',
          health: { run: own.check === 'fails' ? 'echo "denied: $TOKEN"; exit 1' : 'true', seconds: 2 },
          env,
        },
      },
      tests: {
        setup: 'node print.mjs',
        env,
        unit: { run: 'node print.mjs' },
        smoke: {
          env: { ...env, PASSWORD: 'secret://local/qa#password' },
          run: `node print.mjs; node asks.mjs; node report.mjs; ${own.suite === 'fails' ? 'exit 1' : 'exit 0'}`,
          report: 'report.xml',
          writes: false,
        },
      },
      migrations: { run: 'node print.mjs', kind: 'expand' },
      monitoring: { notify: [{ webhook: receiver.url }] },
      environments: {
        production: {
          env,
          approval: own.approver === undefined ? { none: 'a test' } : { approvers: [own.approver] },
          gates: ['smoke'],
          keepPrevious: '1h',
        },
      },
    },
    'print.mjs': print,
    'asks.mjs': `await fetch(process.env.DEPLOYER_URL, { headers: { 'x-password': process.env.PASSWORD } });`,
    'report.mjs': `
      import { writeFileSync } from 'node:fs';
      const text = process.env.TOKEN.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
      const failure = ${own.suite === 'fails'} ? '<failure message="' + text + '">' + text + '</failure>' : '';
      writeFileSync('report.xml', '<testsuite><testcase name="uses ' + text + '">' + failure + '</testcase></testsuite>');`,
    [helloFile]: `${print};${crash}\n${printsPasswords}\n${helloProgram()}`,
  };
}

test('a value that components, suites, migrations and checks print in every form is in no file, row or output', async () => {
  const outputs: Ran[] = [];
  const run = async (...args: readonly string[]): Promise<Ran> => {
    const ran = await hello.run(args);
    outputs.push(ran);
    return ran;
  };
  hello.commit(version({}));
  expect(await hello.refused(['ship'])).toMatchObject({
    code: 'secret_missing',
    exit: 2,
    hint: 'deployer secret set hello/api#token',
  });
  outputs.push(await hello.run(['secret', 'set', 'hello/api#token'], { input: `${token}\n` }));
  outputs.push(await hello.run(['secret', 'set', 'tls#certificate'], { input: certificate }));
  outputs.push(await hello.run(['secret', 'set', 'qa#password'], { input: `${password}\n` }));

  outputs.push(await shipToEnd(hello, 0));
  await expectGiven(hello);
  hello.commit(version({ suite: 'fails' }));
  outputs.push(await shipToEnd(hello, 1));
  hello.commit(version({ start: 'crashes' }));
  outputs.push(await shipToEnd(hello, 1));
  hello.commit(version({ check: 'fails' }));
  outputs.push(await shipToEnd(hello, 1));

  // Neither a new server nor a new supervisor has to be told anything.
  await home.killServer();
  await run('status');
  await killSupervisor('production-1');
  await untilTrue('production-1 to be back with its secrets', async () => (await given(hello)) === token);
  hello.commit({ 'notes.md': 'another commit', ...version({ approver }) });
  outputs.push(await shipToEnd(hello, 0));
  await expectGiven(hello);

  const logs = await run('logs', 'production', '--json');
  expect(logs.out).toContain('asked with [redacted]');
  expect(
    logs.out.split('\n').filter((line) => line.includes('printed [redacted] end')).length,
  ).toBeGreaterThan(5);
  expect(outputs.filter(({ out }) => out.includes('[redacted]')).length).toBeGreaterThan(4);

  expectNothingPlanted(outputs);
  const file = await readDatabaseFile(home.home);
  if (file === null) throw new Error('no database');
  const rows = await rowsHolding(connectionString(file), planted);
  expect(rows.found).toEqual([]);
  expect(rows.looked).toBeGreaterThan(20);
  const folders = [home.home.root, file.paths.data].filter((folder) => existsSync(folder));
  const files = await filesHolding(folders, planted);
  expect(files.found).toEqual([]);
  expect(files.looked).toBeGreaterThan(500);
  expect(await processesShowing(planted)).toEqual([]);
});

test('no verb that looks says it, nor what an approver is shown, a receiver is told, or a backup holds', async () => {
  const outputs: Ran[] = [];
  const run = async (...args: readonly string[]): Promise<Ran> => {
    const ran = await hello.run(args);
    outputs.push(ran);
    return ran;
  };
  hello.commit({ 'notes.md': 'one that is approved' });
  outputs.push(await shipToEnd(hello, 3));
  outputs.push(await hello.run(['approve', 'hello-6'], { user: approver }));
  await run('run', 'hello-6', '--follow', '--verbose');
  await run('alerts', '--test');
  await untilTrue('both to be told of', () => receiver.received.length > 1);

  // What is shown as text is in the JSON, which has more.
  const lines = (await reading()).map((args) => [...args, '--json']);
  const texts = [['document'], ['document', '--format', 'html'], ['status'], ['alerts', 'production']];
  for (const some of chunksOf([...lines, ...texts], 4)) {
    await Promise.all(
      some.map(async (args) => {
        const { code, err } = await run(...args);
        expect({ args, code, err }).toMatchObject({ code: expect.toBeOneOf([0, 1]) });
      }),
    );
  }
  await run('backup', join(home.scratch, 'backup.tgz'));
  expectNothingPlanted(outputs);
  expectNothingPlanted(receiver.received.map((received) => ({ out: JSON.stringify(received), err: '' })));
  const backup = await filesHolding([await unpackedBackup()], plantedInBackup);
  expect(backup.found).toEqual([]);
  expect(backup.looked).toBeGreaterThan(20);
});

test('the search would find each of these forms', async () => {
  const control = join(home.scratch, 'control');
  await mkdir(control);
  await Promise.all(planted.map((form, at) => writeFile(join(control, String(at)), `before ${form} after`)));
  for (const [at, form] of planted.entries()) {
    const { found } = await filesHolding([control], [form]);
    expect(found.join()).toContain(join(control, String(at)));
  }
});

test('a value is asked for nowhere but on standard input, and refused when it could not be kept out of logs', async () => {
  const hello = openProject(home, 'asked');
  hello.commit(version({}));
  const refused = (input: string) => hello.refused(['secret', 'set', 'db#password'], { input });
  expect(await refused('')).toMatchObject({ code: 'secret_invalid', exit: 2 });
  const short = await refused('hunter2');
  expect(short).toMatchObject({ code: 'secret_invalid', exit: 2 });
  expect(short.message).toContain('has 7 characters: below 8');
  expect(JSON.stringify(short)).not.toContain('hunter2');
  expect(await hello.refused(['secret', 'set', 'db#password', 'hunter2hunter2'])).toMatchObject({ exit: 2 });
  expect(await hello.refused(['secret', 'set', 'password'], { input: 'hunter2hunter2' })).toMatchObject({
    code: 'secret_invalid',
    path: 'name',
  });
  const { secrets } = await hello.read<SecretsView>('secret', 'list', '--integration', 'asked');
  expect(secrets).toEqual([]);
});

test('without its key nothing is changed, and it says which file is missing', async () => {
  const hello = openProject(home, 'hello-again');
  hello.commit(version({}));
  const { secretsKey } = home.home;
  const key = await readFile(secretsKey, 'utf8');
  expect(key).toMatch(/^deployer-key-1 [A-Za-z0-9+/]{43}=\n$/);
  await hello.run(['stop']);
  await writeFile(secretsKey, `deployer-key-1 ${Buffer.alloc(32, 1).toString('base64')}\n`);
  const locked = await hello.refused(['secret', 'set', 'hello/api#token'], { input: 'another value' });
  expect(locked).toMatchObject({ code: 'secrets_locked', exit: 1 });
  expect(locked.hint).toContain(secretsKey);
  const { secrets } = await hello.read<SecretsView>('secret', 'list');
  expect(secrets.find(({ path }) => path === 'hello/api')?.versions).toHaveLength(1);
  await hello.run(['stop']);
  await writeFile(secretsKey, key);
  const set = await hello.run(['secret', 'set', 'hello/api#token'], { input: 'another value' });
  expect(set).toMatchObject({ code: 0 });
  expect(set.out).toContain('hello/api#token@2 is stored');
});

function expectNothingPlanted(said: readonly Pick<Ran, 'out' | 'err'>[]): void {
  const text = said.map(({ out, err }) => out + err).join('\n');
  expect(planted.filter((form) => text.includes(form))).toEqual([]);
}

function chunksOf<T>(all: readonly T[], length: number): readonly (readonly T[])[] {
  return all.flatMap((_, at) => (at % length === 0 ? [all.slice(at, at + length)] : []));
}

/** Command lines that show something: of every verb that looks, and of those of others that change nothing. */
async function reading(): Promise<readonly (readonly string[])[]> {
  const { evidence } = await hello.read<EvidenceListView>('evidence');
  const suite = evidence.find(({ kind }) => kind === 'suite');
  const words: Readonly<Record<string, readonly (readonly string[])[]>> = {
    diff: [['production-1', 'production-6']],
    evidence: [[], [suite?.digest ?? '']],
    logs: [['production']],
    // Those that failed say why.
    run: [['hello-2'], ['hello-3'], ['hello-4']],
    top: [['--once']],
  };
  const looking = verbs.filter(({ group }) => group === 'Look');
  expect(looking.length).toBeGreaterThan(12);
  return [
    ...looking.flatMap(({ name }) => (words[name] ?? [[]]).map((own) => [name, ...own])),
    ['check'],
    ['doctor'],
    ['secret', 'list'],
    ['prune', '--dry-run'],
  ];
}

/** Rows are in JSON there, and what is in them may be so already. */
const plantedInBackup = planted.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);

async function unpackedBackup(): Promise<string> {
  const folder = join(home.scratch, 'backup');
  await mkdir(folder);
  execFileSync('tar', ['-xzf', join(home.scratch, 'backup.tgz'), '-C', folder]);
  return folder;
}

async function shipToEnd(hello: Project, code: number): Promise<Ran> {
  const ran = await shipped(hello.start(['ship', '--json']));
  expect(ran.out).toContain('[redacted]');
  expect(ran).toMatchObject({ code });
  return ran;
}

async function given(hello: Project): Promise<unknown> {
  const { status, text } = await ask(await hello.environment('production'), '/env');
  return status === 200 ? (JSON.parse(text) as Record<string, unknown>)['TOKEN'] : null;
}

async function expectGiven(hello: Project): Promise<void> {
  const { text } = await ask(await hello.environment('production'), '/env');
  expect(JSON.parse(text)).toMatchObject({ TOKEN: token, CERTIFICATE: certificate });
}

function supervisorFile(deployment: string): string {
  return join(home.home.deployment('hello', 'production', deployment), 'supervisor.json');
}

async function killSupervisor(deployment: string): Promise<void> {
  const { pid } = JSON.parse(await readFile(supervisorFile(deployment), 'utf8')) as { readonly pid: number };
  process.kill(pid, 'SIGKILL');
}

/** Arguments of the supervisor and the server, and the environments that they were started with. */
async function processesShowing(forms: readonly string[]): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const supervisor = JSON.parse(await readFile(supervisorFile('production-5'), 'utf8')) as {
    readonly pid: number;
  };
  const pids = [supervisor.pid, (await home.server())?.pid];
  const shown = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  const texts = await Promise.all(shown.map((path) => readFile(path, 'utf8')));
  return texts.filter((text) => forms.some((form) => text.includes(form)));
}
