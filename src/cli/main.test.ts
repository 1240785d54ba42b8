import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

import { deployer } from '../../test/cli/command-line.ts';
import { stubServer } from '../../test/cli/stub-server.ts';
import { DeployerError } from '../errors.ts';
import { notBuiltYet } from './not-built.ts';
import { verbs } from './verbs.ts';

const main = new URL('../main.ts', import.meta.url).pathname;
const nowhere = { home: '/nonexistent/deployer' };

test.for(verbs.map(({ name }) => name))('deployer %s --help has examples', async (name) => {
  const { code, out, err } = await deployer([name, '--help'], nowhere);
  expect(code).toBe(0);
  expect(err).toBe('');
  expect(out).toContain(`Usage: deployer ${name}`);
  expect(out).toMatch(/Examples:\n {2}\S/);
});

test('deployer without a verb lists every verb, those of later versions apart', async () => {
  const { code, out } = await deployer([], nowhere);
  expect(code).toBe(0);
  const [built, later] = out.split('Not built yet:');
  for (const { name } of verbs) expect(built).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  for (const [name] of notBuiltYet) expect(later).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

test.for(notBuiltYet.map(([name]) => name))(
  'deployer %s says that it is not built, whatever follows it',
  async (name) => {
    const { code, err } = await deployer([name, 'set', '--any', 'thing'], nowhere);
    expect(code).toBe(2);
    expect(err).toContain(`deployer ${name} is not built yet`);
  },
);

test.for([
  [['shp'], 'Did you mean ship?'],
  [['ship', '--jsno'], 'Did you mean --json?'],
  [['run'], '<run> is missing.\n  → deployer run <run>   (deployer run --help)'],
  [['runs', 'x', 'y'], 'deployer runs takes no arguments, not 2.\n  → deployer runs   ('],
  [['reject'], '--reason'],
  [['ship', '--to'], 'argument missing'],
  [['ship', '--commit', 'HEAD', '--release', '1.0.0'], 'Either --commit or --release'],
  [['uat', 'maybe'], '<verdict> is one of pass, fail, not "maybe".\n  → deployer uat <verdict> [run]   ('],
  [['uat', 'pass', '--scenario', '2'], '--scenario takes'],
  [['completion', 'fish'], 'bash, zsh'],
  [['logs', 'dev', '--tail', 'all'], '--tail takes'],
] as const)('deployer %j is wrong usage, and says how it is right', async ([args, said]) => {
  const { code, out, err } = await deployer(args, nowhere);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(said);
  expect(err).toMatch(/^✗ .*\n(?:.*\n)*? {2}→ .*deployer /);
});

test('with --json the last line is the error', async () => {
  const { code, out, err } = await deployer(['ship', '--jsno', '--json'], nowhere);
  expect(code).toBe(2);
  expect(err).toBe('');
  expect(JSON.parse(out)).toMatchObject({ type: 'error', error: { code: 'usage' } });
});

test("an error of the server is shown with its words, its hint and its code's exit code", async () => {
  const refusal = new DeployerError('rollback_not_ready', {
    message: 'There is nothing to go back to.',
    hint: 'deployer ship',
    detail: ['production has had one deployment'],
  });
  const answers = {
    rollback: (): never => {
      throw refusal;
    },
  };
  const { home } = await stubServer(answers);
  const args = ['rollback', 'production', '--integration', 'desk'];
  const text = await deployer(args, { home });
  expect(text.code).toBe(1);
  expect(text.err).toContain(
    '✗ There is nothing to go back to.\n  │ production has had one deployment\n  → deployer ship',
  );
  const json = await deployer([...args, '--json'], { home });
  expect(JSON.parse(json.out)).toEqual({
    type: 'error',
    error: {
      code: 'rollback_not_ready',
      message: refusal.message,
      hint: refusal.hint,
      detail: refusal.detail,
    },
  });
});

test.for([
  [['rollback', 'production', '--to', 'x'], 'to', '--to'],
  [['uat', 'pass', 'desk-1', '--scenario', '9=pass'], 'scenarios', '--scenario'],
  [['rollback', 'production'], 'edge.port', 'edge.port'],
] as const)(
  'of what deployer %j asked for, an error names the place as it was typed',
  async ([args, path, place]) => {
    const refuse = (): never => {
      throw new DeployerError('request_invalid', { message: 'No.', hint: 'deployer status', path });
    };
    const { home } = await stubServer({ rollback: refuse, decisions: refuse });
    const given = [...args, '--integration', 'desk'];
    expect((await deployer(given, { home })).err).toContain(`✗ No.\n  at ${place}\n`);
    const json = await deployer([...given, '--json'], { home });
    expect(JSON.parse(json.out)).toMatchObject({ error: { path } });
  },
);

test('a bug exits 70 and asks for a report', async () => {
  const serverVerbs = { inspect: () => Promise.reject(new TypeError('undefined is not a place')) };
  const { code, err } = await deployer(['doctor'], { ...nowhere, serverVerbs });
  expect(code).toBe(70);
  expect(err).toContain('✗ This is a bug in Deployer.');
  expect(err).toContain('undefined is not a place');
});

test('DEPLOYER_SERVER is refused as not built, not ignored', async () => {
  const env = { DEPLOYER_SERVER: 'https://deployer.example.com' };
  const { code, err } = await deployer(['status', '--integration', 'desk'], { ...nowhere, env });
  expect(code).toBe(2);
  expect(err).toContain('DEPLOYER_SERVER');
});

test('as a program, a wrong verb exits 2', async () => {
  const env = { ...process.env, DEPLOYER_HOME: '/nonexistent/deployer' };
  const ran = promisify(execFile)(process.execPath, [main, 'shp'], { timeout: 20_000, env });
  await expect(ran).rejects.toMatchObject({ code: 2, stdout: '' });
});
