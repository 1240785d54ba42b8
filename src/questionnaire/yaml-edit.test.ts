import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { exampleSpec } from '../../test/questionnaire/example-spec.ts';
import { unifiedDiff } from '../lib/unified-diff.ts';
import { valueAt } from '../spec/value-at.ts';
import { readYaml } from '../spec/yaml-source.ts';
import type { YamlChange } from './yaml-change.ts';
import { editYaml } from './yaml-edit.ts';

function set(path: string, value: unknown): YamlChange {
  return { kind: 'set', path: path.split('.'), value };
}

function remove(path: string): YamlChange {
  return { kind: 'remove', path: path.split('.') };
}

/** Lines that an edit changes in the example. */
function linesOf(change: YamlChange, text = exampleSpec): readonly string[] {
  const edited = editYaml(text, change);
  if (edited === null) return ['refused'];
  return unifiedDiff(text, edited, 0).flatMap(({ kind, text: line }) => (kind === '@' ? [] : [kind + line]));
}

test.each<readonly [string, YamlChange, readonly string[]]>([
  [
    'a value in a line with others and a comment',
    set('integration.name', 'The Desk'),
    [
      '-integration: { key: desk, name: Desk, emoji: "🎫" } # the key stays',
      '+integration: { key: desk, name: The Desk, emoji: "🎫" } # the key stays',
    ],
  ],
  [
    'a key in a mapping of one line',
    set('integration.owners', ['ann@example.com']),
    [
      '-integration: { key: desk, name: Desk, emoji: "🎫" } # the key stays',
      '+integration: { key: desk, name: Desk, emoji: "🎫", owners: [ann@example.com] } # the key stays',
    ],
  ],
  [
    'a key in an empty mapping',
    set('environments.dev.uat.testers', ['qa@example.com']),
    ['-    uat: {}', '+    uat: { testers: [qa@example.com] }'],
  ],
  [
    'an item in a list of one line, with a comment after it',
    set('environments.staging.gates', ['performance', 'rollback-rehearsal']),
    [
      '-    gates: [performance] # before users',
      '+    gates: [performance, rollback-rehearsal] # before users',
    ],
  ],
  [
    'a mapping in lines of their own',
    set('environments.production.watch.seconds', 60),
    ['+    watch:', '+      seconds: 60'],
  ],
  ['a key after the last one', set('environments.production.approval.count', 2), ['+      count: 2']],
  [
    'a section that is not there',
    set('monitoring.alerts.p95Ms', 400),
    ['+monitoring:', '+  alerts:', '+    p95Ms: 400'],
  ],
  [
    'a text that needs quotes',
    set('environments.production.approval.self', 'a: b # c'),
    ['+      self: "a: b # c"'],
  ],
  ['a key that goes', remove('environments.production.keepPrevious'), ['-    keepPrevious: 1h']],
  [
    'a key that goes out of a line',
    remove('integration.name'),
    [
      '-integration: { key: desk, name: Desk, emoji: "🎫" } # the key stays',
      '+integration: { key: desk, emoji: "🎫" } # the key stays',
    ],
  ],
  [
    'the only key of a mapping',
    remove('environments.production.approval.approvers'),
    ['-    approval:', '-      approvers: [ops@example.com]', '+    approval: {}'],
  ],
  ['a key that is not there', remove('environments.production.watch'), []],
])('an edit changes its own lines alone: %s', (_, change, lines) => {
  expect(linesOf(change)).toEqual(lines);
});

test('a list in lines of their own grows and shrinks by its lines, and keeps the comments of its items', () => {
  const text = 'a:\n  # the first\n  - x # one\n  - y # two\nb: 1\n';
  expect(linesOf(set('a', ['x', 'y', 'z']), text)).toEqual(['+  - z']);
  expect(linesOf(set('a', ['y']), text)).toEqual(['-  - x # one']);
  expect(linesOf(set('a', ['x']), text)).toEqual(['-  - y # two']);
  expect(editYaml(text, set('a', ['y', 'x']))).toContain('- x # one');
});

test.each([
  ['a key without value', 'a:\nb: 1\n', set('a.c', 1)],
  ['no text at all', '', set('a.c', 1)],
  ['comments alone', '# nothing yet\n', set('a.c', 1)],
  ['line ends of Windows', 'a: 1\r\nb:\r\n  c: 1\r\n', set('b.d', 2)],
  ['no line end at the end', 'a: 1\nb:\n  c: 1', set('b.d', 2)],
  ['a block text at the end', 'a:\n  b: |\n    text\n\n', set('a.c', 1)],
  ['a mapping over several lines', 'a: {\n  b: 1,\n  c: 2\n}\n', set('a.d', 3)],
  ['a mapping over several lines with a last comma', 'a: {\n  b: 1,\n  c: 2,\n}\n', set('a.d', 3)],
  ['a mapping with a comment in it', 'a: {\n  b: 1, # one\n  c: 2 # two\n}\n', set('a.d', 3)],
  ['the only key', 'a:\n  b: 1\nc: 2\n', remove('a.b')],
  ['the only key of a line', 'a: { b: 1 }\nc: 2\n', remove('a.b')],
  ['a text in place of a list', 'a:\n  - 1\n  - 2\nb: 2\n', set('a', 'x')],
  ['an anchor', 'a: &x { b: 1 }\nc: *x\n', set('a', 2)],
] as const)('an edit does what was meant, or nothing: %s', (_, text, change) => {
  const edited = editYaml(text, change);
  if (edited === null) return expect(text).toContain('&x');
  const value = change.kind === 'set' ? change.value : undefined;
  expect(valueAt(readYaml(edited).value, change.path)).toEqual(value);
  const comments = text.match(/#.*/g) ?? [];
  return expect(edited.match(/#.*/g) ?? []).toEqual(comments);
});

test.each([
  ['broken', 'a: [1\nb: {', set('a', 1)],
  ['written twice', 'a: 1\na: 2\n', set('b', 1)],
  ['a text on the way', 'a: text\n', set('a.b', 1)],
  ['a list on the way', 'a: [1]\n', set('a.b', 1)],
] as const)('what cannot be edited is refused: %s', (_, text, change) => {
  expect(editYaml(text, change)).toBeNull();
});

const key = fc.constantFrom(
  'a',
  'b',
  'c',
  'deployer',
  'integration',
  'environments',
  'production',
  'approval',
);

test('whatever is set where, the rest holds what it held, comments included', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.integer(),
    fc.array(fc.string(), { maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), value, (path, wanted) => {
      const edited = editYaml(exampleSpec, { kind: 'set', path, value: wanted });
      if (edited === null) return;
      const read = readYaml(edited);
      expect(read.faults).toEqual([]);
      expect(valueAt(read.value, path)).toEqual(wanted);
      expect(editYaml(edited, { kind: 'set', path, value: wanted })).not.toBeNull();
    }),
    { numRuns: 300 },
  );
});
