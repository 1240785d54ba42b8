import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { isVersionTag, versionCandidates, type VersionFacts } from './version.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

test.each<[string, VersionFacts['tags'], string]>([
  ['without a tag', [], '0.0.0-12-0123456'],
  ['at a tag', [{ name: 'v1.2.0', distance: 0 }], '1.2.0'],
  ['at a tag of its own', [{ name: 'desk@1.2.0', distance: 0 }], '1.2.0'],
  ['three commits after a tag', [{ name: 'v1.2.0', distance: 3 }], '1.2.0-3-0123456'],
  ['at a pre-release', [{ name: 'v2.0.0-rc.1', distance: 0 }], '2.0.0-rc.1'],
  ['at a tag with build metadata', [{ name: 'v1.0.0+linux.7', distance: 0 }], '1.0.0_linux.7'],
  ['at a tag by date', [{ name: 'v2026.02', distance: 0 }], '2026.02'],
  [
    'with tags that are no versions',
    [
      { name: 'vendor', distance: 0 },
      { name: 'v1/x', distance: 1 },
    ],
    '0.0.0-12-0123456',
  ],
  ['with a tag of another integration', [{ name: 'other@3.0.0', distance: 0 }], '0.0.0-12-0123456'],
  ['with a tag too long for OCI', [{ name: `v1.0.0-${'x'.repeat(60)}`, distance: 0 }], '0.0.0-12-0123456'],
  [
    'with its own and a general tag',
    [
      { name: 'v9.0.0', distance: 0 },
      { name: 'desk@1.0.0', distance: 0 },
    ],
    '1.0.0',
  ],
  [
    'with a nearer general tag',
    [
      { name: 'v9.0.0', distance: 1 },
      { name: 'desk@1.0.0', distance: 2 },
    ],
    '9.0.0-1-0123456',
  ],
  [
    'with two tags on one commit',
    [
      { name: 'v1.9.0', distance: 0 },
      { name: 'v1.10.0', distance: 0 },
    ],
    '1.10.0',
  ],
  [
    'with a release and its candidate',
    [
      { name: 'v1.0.0-rc.9', distance: 0 },
      { name: 'v1.0.0', distance: 0 },
    ],
    '1.0.0',
  ],
  [
    'with two candidates',
    [
      { name: 'v1.0.0-rc.9', distance: 0 },
      { name: 'v1.0.0-rc.10', distance: 0 },
    ],
    '1.0.0-rc.10',
  ],
  [
    'with a longer candidate',
    [
      { name: 'v1.0.0-rc', distance: 0 },
      { name: 'v1.0.0-rc.1', distance: 0 },
    ],
    '1.0.0-rc.1',
  ],
  [
    'with a number and a word',
    [
      { name: 'v1.0.0-7', distance: 0 },
      { name: 'v1.0.0-a', distance: 0 },
    ],
    '1.0.0-a',
  ],
])('a commit %s', (_, tags, version) => {
  const facts = { key: 'desk', commit, commits: 12 };
  expect(versionCandidates({ ...facts, tags })[0]).toBe(version);
  expect(versionCandidates({ ...facts, tags: tags.toReversed() })[0]).toBe(version);
});

test('a version that another commit has gets more digits of the id', () => {
  const facts = { key: 'desk', commit, commits: 1 };
  expect(versionCandidates({ ...facts, tags: [] }).slice(0, 2)).toEqual([
    '0.0.0-1-0123456',
    '0.0.0-1-01234567',
  ]);
  const tagged = versionCandidates({ ...facts, tags: [{ name: 'v1.0.0', distance: 0 }] });
  expect(tagged.slice(0, 2)).toEqual(['1.0.0', '1.0.0-0-0123456']);
  expect(tagged.at(-1)).toBe(`1.0.0-0-${commit}`);
});

test('every version is a valid OCI tag, also in a repository with SHA-256', () => {
  const part = fc.stringMatching(/^[0-9A-Za-z.-]{1,20}$/);
  const name = fc.oneof(
    fc
      .tuple(fc.constantFrom('v', 'desk@'), fc.nat(), fc.nat(), part, part)
      .map(([prefix, a, b, pre, build]) => `${prefix}${a}.${b}-${pre}+${build}`),
    fc.string({ unit: 'binary' }).map((text) => `v${text}`),
  );
  const tags = fc.array(fc.record({ name, distance: fc.nat() }), { maxLength: 3 });
  fc.assert(
    fc.property(
      tags,
      fc.nat(),
      fc.constantFrom(commit, commit.slice(0, 32).repeat(2)),
      (tags, commits, commit) => {
        for (const version of versionCandidates({ key: 'desk', commit, tags, commits })) {
          expect(version).toMatch(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/);
        }
      },
    ),
  );
});

test('the order of the tags does not matter', () => {
  const numbers = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }).map((list) => list.join('.'));
  const pre = fc.constantFrom('', '-a', '-a.1', '-1', '-a.b', '+x', '+y');
  const tag = fc.record({
    name: fc.tuple(numbers, pre).map((parts) => `v${parts.join('')}`),
    distance: fc.nat(2),
  });
  const orders = fc
    .array(tag, { maxLength: 6 })
    .chain((tags) =>
      fc.tuple(
        fc.constant(tags),
        fc.shuffledSubarray(tags, { minLength: tags.length, maxLength: tags.length }),
      ),
    );
  fc.assert(
    fc.property(orders, ([one, other]) => {
      const facts = { key: 'desk', commit, commits: 1 };
      expect(versionCandidates({ ...facts, tags: one })).toEqual(
        versionCandidates({ ...facts, tags: other }),
      );
    }),
  );
});

test('the tags of an integration are told from the others', () => {
  expect(['desk@1.0.0', 'v1.0.0', 'v2'].filter((name) => isVersionTag('desk', name))).toHaveLength(3);
  expect(
    ['desk@', 'desk@x', 'desk2@1.0.0', 'v', 'vnext', '1.0.0'].filter((name) => isVersionTag('desk', name)),
  ).toEqual([]);
});
