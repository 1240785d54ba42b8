import type { Found } from './finding.ts';
import { type Listing } from './listing.ts';

const files = ['CODEOWNERS', '.github/CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

/**
 * The people that own everything, or else anything, by address. `@team` is a name of a Git host: Deployer knows people
 * by what Git calls them here.
 */
export function ownersOf(listing: Listing): readonly Found<string>[] {
  const path = files.find((file) => listing.has(file));
  if (path === undefined) return [];
  const rules = (listing.read(path) ?? '').split(/\r?\n/).flatMap((text, index) => {
    const [pattern = '', ...names] = text
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    const people = names.filter((name) => /^[^\s@,\p{Cc}]{1,64}@[^\s@,\p{Cc}]{1,180}$/u.test(name));
    return people.length === 0 ? [] : [{ pattern, people, line: index + 1 }];
  });
  // The last line that matches wins there, so that of several for everything the last one holds.
  const rule = rules.findLast(({ pattern }) => pattern === '*') ?? rules[0];
  return [...new Set(rule?.people)].map((value) => ({
    value,
    at: { path, line: rule?.line ?? null },
    sure: 'likely',
  }));
}
