import type { DocumentationFinding, InterfaceFinding } from './facts.ts';
import { linkedPath, relativeLinks } from './markdown-links.ts';

/** What is looked at in a commit for the checklist's user documentation. */
export interface DocumentationFacts {
  /** Documents by path, relative to the repository's root, with their text. */
  readonly documents: ReadonlyMap<string, string>;
  /** Globs that match no file. */
  readonly missing: readonly string[];
  /** Every file and folder of the commit. */
  readonly paths: ReadonlySet<string>;
  readonly interface: InterfaceFinding | null;
}

/** Broken links beyond these say nothing new. */
const mostLinks = 100;

export function documentationFinding(facts: DocumentationFacts): DocumentationFinding {
  const { documents, missing, paths } = facts;
  const brokenLinks = [...documents].flatMap(([file, text]) =>
    (/\.(?:md|markdown)$/i.test(file) ? relativeLinks(text) : [])
      .filter((link) => !resolves(linkedPath(file, link), paths))
      .map((link) => ({ file, link })),
  );
  return {
    files: [...documents.keys()].sort(),
    missing,
    brokenLinks: brokenLinks.slice(0, mostLinks),
    interface: facts.interface,
    unread: null,
  };
}

/** More than this are sources, and reading all of them could take what memory there is. */
export const mostDocuments = 1000;

/** Of documents that could not be looked at: nothing is known of them. */
export function unreadDocumentation(unread: string): DocumentationFinding {
  return { files: [], missing: [], brokenLinks: [], interface: null, unread };
}

/** Files, and the folders that they are in; the root is one of them. */
export function withFolders(files: readonly string[]): ReadonlySet<string> {
  const paths = new Set<string>(['']);
  for (const file of files) {
    const steps = file.split('/');
    for (let length = 1; length <= steps.length; length++) paths.add(steps.slice(0, length).join('/'));
  }
  return paths;
}

function resolves(path: string | null, paths: ReadonlySet<string>): boolean {
  return path !== null && paths.has(path);
}
