import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { notBuiltYet } from '../src/cli/not-built.ts';
import { verbs } from '../src/cli/verbs.ts';
import { deployer } from './cli/command-line.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

test('every link within the manual leads to a file and a heading that exist', () => {
  const links = pages.flatMap(({ path, text }) => linksOf(text).map((link) => ({ path, link })));
  expect(links.length).toBeGreaterThan(40);
  expect(links.filter(({ path, link }) => !leadsSomewhere(path, link))).toEqual([]);
});

test('every page is reached from the contents', () => {
  const contents = textOf('docs/README.md');
  const linked = linksOf(contents).map((link) => join('docs', link));
  const missing = pages.map(({ path }) => path).filter((path) => !linked.includes(path));
  expect(missing).toEqual(['docs/README.md']);
});

test('the contents name every decision once, in order, and no page has what a merge left behind', () => {
  const decisions = linksOf(textOf('docs/README.md')).filter((link) => link.startsWith('adr/'));
  expect(decisions).toEqual([...new Set(decisions)].toSorted());
  const isLeft = ({ text }: (typeof pages)[number]): boolean => /<{7} |^\W*={7}$|>{7} |(?:> ){7}/m.test(text);
  expect(pages.filter(isLeft).map(({ path }) => path)).toEqual([]);
});

test('every verb that the manual mentions is one of the CLI', () => {
  const known = new Set([...verbs.map(({ name }) => name), ...notBuiltYet.map(([name]) => name)]);
  const mentioned = pages.flatMap(({ path, text }) => verbsIn(text).map((verb) => ({ path, verb })));
  expect(mentioned.length).toBeGreaterThan(50);
  expect(mentioned.filter(({ verb }) => !known.has(verb))).toEqual([]);
});

test.each(verbs.map((verb) => [verb.name, verb] as const))(
  'the CLI page has a section about %s with each of its flags and arguments',
  (name, verb) => {
    const section = sectionOf(textOf('docs/cli.md'), name);
    const flags = Object.values(verb.options).map(({ flags: text }) => /--[\w-]+/.exec(text)?.[0] ?? text);
    const shown = [
      `deployer ${name}`,
      // What the completion scripts call is nobody's to type.
      ...flags.filter((flag) => flag !== '--names'),
      ...Object.values(verb.arguments).flatMap(({ kind }) => (typeof kind === 'string' ? [] : kind)),
    ];
    expect(shown.filter((text) => !section.includes(text))).toEqual([]);
    expect(namedFlags(section).filter((flag) => !flags.includes(flag) && !general.has(flag))).toEqual([]);
  },
);

test('every trap has its row, with a test that exists', () => {
  const rows = [...textOf('docs/traps.md').matchAll(/^\| (T\d+a?) +\| (.*) \| (.*?) +\|$/gm)];
  const numbers = Array.from({ length: 40 }, (_, index) => `T${index + 1}`);
  expect(rows.map(([, trap]) => trap).filter((trap) => trap !== 'T28a')).toEqual(numbers);
  const untested = rows.filter(([, , , tests = '']) => !tests.includes('.test.ts)'));
  // What cannot happen needs no test.
  const impossible = new Set(['T10', 'T28a']);
  expect(untested.map(([, trap = '']) => trap).filter((trap) => !impossible.has(trap))).toEqual([]);
});

test('the units for systemd have lines that it knows, start verbs that exist, and end no edge with the server', () => {
  const units = [...textOf('docs/run-it.md').matchAll(/^```ini\n([\s\S]*?)^```$/gm)].map(
    ([, text = '']) => text,
  );
  expect(units).toHaveLength(2);
  const known = {
    Unit: ['Description', 'StartLimitIntervalSec'],
    Service:
      'Environment EnvironmentFile ExecStart Restart RestartSec KillMode OOMPolicy TimeoutStopSec'.split(' '),
    Install: ['WantedBy'],
  };
  for (const unit of units) {
    const sections = unit
      .trim()
      .split('\n\n')
      .map((text) => text.split('\n'));
    expect(sections.map(([head]) => head)).toEqual(Object.keys(known).map((name) => `[${name}]`));
    const keys = sections.map(([, ...lines]) => lines.map((line) => /^(\w+)=\S/.exec(line)?.[1] ?? line));
    for (const [index, names] of Object.values(known).entries())
      expect(names).toEqual(expect.arrayContaining(keys[index] ?? []));
    const verb = /^ExecStart=\/\S+\/bin\/deployer (\w+)$/m.exec(unit)?.[1];
    expect(verbs.map(({ name }) => name)).toContain(verb);
    expect(unit).toMatch(/^Restart=always$/m);
    // The default ends all that the server has started.
    expect(unit).toMatch(/^KillMode=process$/m);
  }
});

test('the exit codes of the CLI page are those of the CLI', () => {
  const section = textOf('docs/cli.md').split('\n## Exit codes')[1]?.split('\n## ')[0] ?? '';
  const codes = [...section.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual([0, 1, 2, 3, 4, 5, 70, 130]);
});

const runnable = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/^```sh runnable\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block
      .trim()
      .split('\n')
      .map((command) => [command, path] as const),
  ),
);

test('there are commands to run in the manual', () => {
  expect(runnable.length).toBeGreaterThanOrEqual(4);
});

test.each(runnable)('`%s` of %s works as written', async (command) => {
  const home = mkdtempSync(join(tmpdir(), 'deployer-docs-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const [program, ...args] = command.split(' ');
  expect(program).toBe('deployer');
  const { code, out, err } = await deployer(args, { home, cwd: join(root, 'examples/triage-desk') });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.trim()).not.toBe('');
});

/** Flags that every verb has. */
const general = new Set(['--json', '--help', '--integration']);

function textOf(path: string): string {
  return pages.find((page) => page.path === path)?.text ?? '';
}

/** Targets of links, those to other sites left out. Code is no link. */
function linksOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? join(root, from) : join(root, dirname(from), path);
  if (!existsSync(file) || relative(root, file).startsWith('..')) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
}

/** As GitHub makes them: lower case, punctuation dropped, spaces become hyphens. */
function anchorsOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
}

/** `deployer <verb>` in code; in prose "deployer" is the program. */
function verbsIn(text: string): readonly string[] {
  const code = [...text.matchAll(/^```.*?^```|`[^`\n]+`/gms)].map(([whole]) => whole).join('\n');
  return [...code.matchAll(/(?<![\w./-])(?:bin\/)?deployer ([a-z]+)/g)].map(([, verb = '']) => verb);
}

function sectionOf(page: string, verb: string): string {
  return page.split(`\n### ${verb}\n`)[1]?.split(/\n##+ /)[0] ?? '';
}

function namedFlags(section: string): readonly string[] {
  const usage = section.split('\n').find((line) => line.startsWith('`deployer ')) ?? '';
  return [...usage.matchAll(/--[a-z][\w-]*/g)].map(([flag]) => flag);
}
