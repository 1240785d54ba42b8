import { expect, test } from 'vitest';

import { leadsOutside } from './links.ts';

test.each<[string, Readonly<Record<string, string>>]>([
  ['beside it', { link: 'file' }],
  ['below it', { link: './dir/file' }],
  ['above it, inside', { 'a/b/link': '../../file' }],
  ['to the root of the bundle', { 'a/link': '..' }],
  ['to nothing that is there', { link: 'none/../none' }],
  ['through another link that stays inside', { to: 'a/b', link: 'to/../../file' }],
  ['to itself', { link: 'link' }],
  ['in a circle', { link: 'other/x', other: 'link/y' }],
])('a link %s stays inside', (_, links) => {
  expect(leads(links)).toBe(false);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ['by an absolute path', { link: '/etc/passwd' }],
  ['by one .. too many', { 'a/link': '../../file' }],
  ['by coming back in', { link: '../bundle/file' }],
  [
    'through a link to a folder that is less deep than it looks',
    { here: '.', link: 'a/here/../..', 'a/here': '..' },
  ],
  ['through a link to where it is', { here: '.', link: 'here/../file' }],
  ['through a link that leads out by itself', { out: '/tmp', link: 'a/../out/file' }],
])('a link %s leads outside', (_, links) => {
  expect(leads(links)).toBe(true);
});

function leads(links: Readonly<Record<string, string>>): boolean {
  const path = Object.keys(links).find((name) => name.endsWith('link')) ?? '';
  return leadsOutside(new Map(Object.entries(links)), path);
}
