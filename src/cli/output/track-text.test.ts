import { beforeAll, expect, test } from 'vitest';

import type { TipView, TrackerView } from '../../api/views/tracking.ts';
import { styleOf } from './style.ts';
import { foundText, trackersText, trackingLines } from './track-text.ts';

beforeAll(() => void (process.env['TZ'] = 'UTC'));

const settings = { style: styleOf(false), width: 100, now: new Date('2026-12-07T12:00:00Z') };
const commit = 'b'.repeat(40);

const view: TrackerView = {
  integration: 'desk',
  branch: 'main',
  remote: 'origin',
  repository: '/home/me/desk',
  host: 'here',
  by: 'me@example.com',
  since: '2026-12-01T12:00:00Z',
  polls: true,
  seen: commit,
  lookedAt: '2026-12-07T11:59:48Z',
  looksAt: '2026-12-07T12:03:00Z',
  trouble: null,
  tips: [],
};

function tip(facts: Partial<TipView>): TipView {
  return {
    commit,
    from: 'a'.repeat(40),
    commits: 1,
    rewritten: false,
    outcome: 'shipped',
    run: 'desk-7',
    reason: null,
    next: null,
    news: null,
    at: '2026-12-07T11:50:00Z',
    ...facts,
  };
}

const refused = tip({
  outcome: 'refused',
  run: null,
  reason: 'deployer.yaml has 1 problem.\ndeployer.yaml:3:1 components: Add one.',
  next: 'deployer check',
});

test('a tracked branch shows what became of its newest commit and when it was looked at', () => {
  expect(trackingLines({ ...view, tips: [tip({ news: '2 commits came together' })] }, settings)).toEqual([
    '↻ tracking main of origin (/home/me/desk): bbbbbbb is shipped as desk-7, looked 12 s ago',
    '  2 commits came together',
  ]);
  expect(trackingLines({ ...view, polls: false, remote: null }, settings)).toEqual([
    '↻ tracking main of /home/me/desk: nothing new since bbbbbbb, looked 12 s ago, when asked only',
  ]);
  // What was refused before somebody tracked anew is no news.
  const old = { ...refused, commit: 'c'.repeat(40) };
  expect(trackingLines({ ...view, tips: [old] }, settings)).toHaveLength(1);
});

test('what went wrong is shown with its reason, its next look and the next command', () => {
  expect(trackingLines({ ...view, tips: [refused] }, settings)).toEqual([
    '! tracking main of origin (/home/me/desk): bbbbbbb was refused, looked 12 s ago',
    '  deployer.yaml has 1 problem.',
    '  │ deployer.yaml:3:1 components: Add one.',
    '  → deployer check',
  ]);
  const trouble = {
    message: 'The remote origin cannot be read.\nfatal: no route',
    hint: 'git -C x ls-remote',
    since: '2026-12-07T11:57:00Z',
  };
  expect(trackingLines({ ...view, trouble }, settings)).toEqual([
    '! tracking main of origin (/home/me/desk): nothing new since bbbbbbb, looked 12 s ago',
    '  The remote origin cannot be read.',
    '  │ fatal: no route',
    '  for 3 min, looks again at 12:03',
    '  → git -C x ls-remote',
  ]);
});

test('a look says what it has found', () => {
  expect(foundText(view, null, settings)).toBe('· main: nothing new since bbbbbbb');
  expect(foundText(view, tip({}), settings)).toBe(
    '✓ bbbbbbb is shipped as desk-7\n  → deployer run desk-7 --follow',
  );
  expect(foundText(view, tip({ outcome: 'known' }), settings)).toBe('· bbbbbbb has run desk-7 already');
  expect(foundText(view, refused, settings)).toContain(
    '✗ bbbbbbb was refused\n  deployer.yaml has 1 problem.',
  );
});

test('a list of nothing says how to begin', () => {
  expect(trackersText([], settings)).toBe('No branch is tracked.\n  → deployer track');
  expect(trackersText([view, { ...view, integration: 'shop' }], settings)).toMatch(/^desk\n↻ .*\n\nshop\n↻ /);
});
