import type { Finding, Found } from './finding.ts';
import { type Listing, pathsLike } from './listing.ts';

const interfaces = /(?:^|\/)(?:openapi|swagger)\.(?:ya?ml|json)$/i;

/** What users and operators are told to read: paths and globs that name them all. */
export function documentsOf(listing: Listing): readonly Found<string>[] {
  const top = pathsLike(listing, /^(?:README|USAGE|RUNBOOK|MANUAL)(?:\.(?:md|rst|txt|adoc))?$/i);
  const pages = pathsLike(listing, /^docs?\/.*\.(?:md|rst|adoc)$/);
  const folder = pages[0]?.split('/')[0];
  return [
    ...top.map((path) => found(path, path)),
    ...(folder === undefined || pages[0] === undefined ? [] : [found(`${folder}/**`, pages[0])]),
    ...pathsLike(listing, interfaces).map((path) => found(path, path)),
  ];
}

export function documentFindings(documents: readonly Found<string>[]): readonly Finding[] {
  return documents.map(({ value, at, sure }) => ({
    kind: 'documentation',
    what: interfaces.test(value) ? 'description of the interface' : `\`${value}\``,
    at,
    sure,
  }));
}

function found(value: string, path: string): Found<string> {
  return { value, at: { path, line: null }, sure: 'certain' };
}
