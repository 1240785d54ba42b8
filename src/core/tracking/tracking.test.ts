import { expect, test } from 'vitest';

import { errorCatalogue, type ErrorCode } from '../../errors.ts';
import {
  carriesSecret,
  isRefusal,
  lookPauseMs,
  newsText,
  startOf,
  type TipOutcome,
  type TipPath,
  tipNews,
  withoutSecrets,
} from './tracking.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);

const ahead = (commits: number): TipPath => ({ isAhead: true, commits });
const aside: TipPath = { isAhead: false, commits: 3 };

test.for<[former: string | null, path: TipPath | null, outcome: TipOutcome, text: string | null]>([
  [null, null, 'shipped', null],
  [a, ahead(1), 'shipped', null],
  [a, ahead(2), 'shipped', '2 commits came together (aaaaaaa..bbbbbbb); bbbbbbb is shipped'],
  [a, ahead(3), 'refused', '3 commits came together (aaaaaaa..bbbbbbb); bbbbbbb was refused'],
  [a, ahead(2), 'known', '2 commits came together (aaaaaaa..bbbbbbb); bbbbbbb has a run already'],
  [a, aside, 'shipped', 'main was rewritten: aaaaaaa is not in its history any more; bbbbbbb is shipped'],
  [
    a,
    { isAhead: false, commits: 0 },
    'known',
    'main was rewritten: aaaaaaa is not in its history any more; bbbbbbb has a run already',
  ],
  [a, null, 'shipped', null],
])('of a tip after %s (%j), %s, is said: %s', ([former, path, outcome, text]) => {
  expect(newsText(tipNews(former, b, path), 'main', outcome)).toBe(text);
});

test('every commit between two tips is counted in what is recorded, and a rewrite is marked', () => {
  expect(tipNews(a, b, ahead(7))).toEqual({ from: a, commit: b, commits: 7, rewritten: false });
  expect(tipNews(a, b, aside)).toEqual({ from: a, commit: b, commits: 3, rewritten: true });
  expect(tipNews(a, b, null)).toEqual({ from: a, commit: b, commits: null, rewritten: false });
});

test('what is wrong with a commit is final; what is wrong with a machine or a network is tried again', () => {
  const final: readonly ErrorCode[] = [
    'spec_not_found',
    'spec_invalid',
    'request_invalid',
    'not_built',
    'environment_not_found',
    'history_unrelated',
    'branch_not_tracked',
    'release_held',
    'gate_missing',
    'environment_missing',
  ];
  const codes = Object.keys(errorCatalogue) as ErrorCode[];
  expect(codes.filter(isRefusal).sort()).toEqual([...final].sort());
});

test.for([
  [null, [3000, 6000, 12_000]],
  ['origin', [30_000, 60_000, 120_000]],
] as const)(
  'a branch of %s that cannot be looked at is looked at less and less, but for ever',
  ([remote, pauses]) => {
    expect([0, 1, 2].map((failures) => lookPauseMs({ remote }, failures))).toEqual(pauses);
    expect(lookPauseMs({ remote }, 1000)).toBe(5 * 60_000);
  },
);

test.for<[string, Parameters<typeof startOf>[0], boolean, string | null]>([
  ['begins after what is there', null, true, b],
  ['ships what is there when nobody looks by itself', null, false, null],
  [
    'goes on where it was when it is tracked again, wherever the clone is now',
    { branch: 'main', cursor: a },
    true,
    a,
  ],
  ['begins anew with another branch', { branch: 'release', cursor: a }, true, b],
])('a tracker %s', ([, former, polls, cursor]) => {
  expect(startOf(former, { branch: 'main', tip: b, polls })).toBe(cursor);
});

test.for([
  ['https://user:word@example.com/x.git', true],
  ['https://ghp_token@example.com/x.git', true],
  ['ssh://git:word@example.com/x.git', true],
  ['ssh://git@example.com/x.git', false],
  ['git@example.com:x/y.git', false],
  ['https://example.com/a@b.git', false],
  ['origin', false],
] as const)('the address %s carries a secret: %s', ([address, answer]) => {
  expect(carriesSecret(address)).toBe(answer);
});

test('what Git says of a remote is recorded without who may read it', () => {
  const said = "fatal: unable to access 'https://me:word@example.com/x.git/': Could not resolve host";
  expect(withoutSecrets(said)).toBe(
    "fatal: unable to access 'https://***@example.com/x.git/': Could not resolve host",
  );
});
