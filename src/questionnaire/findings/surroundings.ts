import { type ComposeService, isComposeFile, readCompose } from './compose.ts';
import { ciOf, type FoundTool, infrastructureOf } from './delivery.ts';
import { documentsOf } from './documentation.ts';
import type { Found } from './finding.ts';
import { isAside, type Listing } from './listing.ts';

/** What Git says about the folder; null where it says nothing. */
export interface GitFacts {
  readonly branch: string | null;
}

/** What stands beside the programs of a folder. No source is read for it, so that any command may look. */
export interface Surroundings {
  /** Of the compose file that is nearest to the top. */
  readonly services: readonly ComposeService[];
  readonly ci: readonly FoundTool[];
  readonly infrastructure: readonly FoundTool[];
  readonly documents: readonly Found<string>[];
  readonly branch: string | null;
}

export function surroundingsOf(listing: Listing, { branch }: GitFacts): Surroundings {
  const own = listing.files.map(({ path }) => path).filter((path) => !isAside(path));
  const compose = own.filter(isComposeFile).sort((a, b) => depth(a) - depth(b))[0];
  return {
    services: compose === undefined ? [] : readCompose(listing, compose),
    ci: ciOf(listing),
    infrastructure: infrastructureOf(listing),
    documents: documentsOf(listing),
    branch,
  };
}

function depth(path: string): number {
  return path.split('/').length;
}
