import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../core/definition/problem.ts';
import { draftOf } from './draft.ts';
import { loadSpec } from './load.ts';
import { rules } from './rules/all.ts';
import { spec } from './schema/spec.ts';
import { readYaml } from './yaml-source.ts';

const Table = z.strictObject({
  base: z.string(),
  cases: z.array(
    z.strictObject({
      title: z.string(),
      replace: z.string(),
      by: z.string(),
      missing: z.array(z.string()).default([]),
      problems: z.array(z.string()),
    }),
  ),
});
type Case = z.infer<typeof Table>['cases'][number];

const url = new URL('problems.cases.yaml', import.meta.url);
const { base, cases } = Table.parse(parse(readFileSync(url, 'utf8')));

function textOf({ replace, by }: Case): string {
  expect(base).toContain(replace);
  return base.replace(replace, () => by);
}

function shown({ line, column, severity, path, message, hint }: Problem): string {
  return `${line}:${column} ${severity} ${path === '' ? '-' : path}: ${message} | ${hint}`;
}

test('the file that the cases spoil has no problems', () => {
  expect(loadSpec({ text: base, file: 'deployer.yaml', folder: 'apps' }).problems).toEqual([]);
});

test.each(cases)('$title is said with its place and a hint', (each) => {
  const { problems, definition } = loadSpec({
    text: textOf(each),
    file: 'deployer.yaml',
    folder: 'apps',
    fileExists: (path) => !each.missing.includes(path),
  });
  expect(problems.map(shown)).toEqual(each.problems);
  expect(definition === null).toBe(problems.some(({ severity }) => severity === 'error'));
});

test('every rule across fields has a case', () => {
  const silent = new Set(rules);
  for (const each of cases) {
    const source = readYaml(textOf(each));
    const draft = draftOf(source.value, spec.safeParse(source.value).error?.issues ?? []);
    const context = {
      draft,
      folder: 'apps',
      fileExists: (path: string): boolean => !each.missing.includes(path),
      writtenAt: (path: readonly (string | number)[]): string | null => source.writtenAt(path),
    };
    for (const rule of rules) if (rule.judge(context).length > 0) silent.delete(rule);
  }
  expect([...silent].map(({ says }) => says)).toEqual([]);
});
