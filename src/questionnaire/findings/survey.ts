import { type AgentFiles, agentFiles } from './agent-files.ts';
import { compiledPackage, isCompiledManifest } from './compiled-package.ts';
import { type Dockerfile, isDockerfile, readDockerfile } from './dockerfile.ts';
import type { Found } from './finding.ts';
import { folderOf, isAside, type Listing, nameOf, within } from './listing.ts';
import { nodePackage } from './node-package.ts';
import { ownersOf } from './owners.ts';
import type { Package } from './package.ts';
import { isProcfile, type Process, readProcfile } from './procfile.ts';
import { isPythonManifest, pythonPackage } from './python-package.ts';
import { type SourceFacts, sourcesOf } from './sources.ts';
import { type GitFacts, type Surroundings, surroundingsOf } from './surroundings.ts';
import { type ExampleVariable, isEnvExample, readEnvExample } from './variables.ts';

/** All that was found in a folder. */
export interface Survey extends Surroundings {
  readonly packages: readonly Package[];
  readonly dockerfiles: readonly Dockerfile[];
  readonly processes: readonly Process[];
  /** Of each folder with a package or a Dockerfile. */
  readonly sources: ReadonlyMap<string, SourceFacts>;
  readonly agent: AgentFiles;
  readonly variables: readonly ExampleVariable[];
  readonly owners: readonly Found<string>[];
  /** A program in a language that is not looked into; null: there is none. */
  readonly strange: string | null;
  readonly listing: Listing;
}

/** Looks at a folder. Reads what it is given and nothing else. */
export function survey(listing: Listing, git: GitFacts): Survey {
  const own = listing.files.map(({ path }) => path).filter((path) => !isAside(path));
  const packages = packagesIn(listing, own);
  const dockerfiles = own.filter(isDockerfile).flatMap((path) => readDockerfile(listing, path) ?? []);
  const surroundings = surroundingsOf(listing, git);
  const folders = new Set([
    ...packages.map(({ folder }) => folder),
    ...dockerfiles.map(({ folder }) => folder),
    ...surroundings.services.flatMap(({ build }) => (build === null ? [] : [build.folder])),
  ]);
  return {
    ...surroundings,
    packages,
    dockerfiles,
    processes: own.filter(isProcfile).flatMap((path) => readProcfile(listing, path)),
    sources: new Map(
      [...folders].map((folder) => [folder, sourcesOf(listing, folder, inside(folder, folders))]),
    ),
    agent: agentFiles(listing),
    variables: own.filter(isEnvExample).flatMap((path) => readEnvExample(listing, path)),
    owners: ownersOf(listing),
    strange:
      own.find((path) => /\.(?:rb|php|cs|fs|ex|exs|clj|scala|swift|cpp|c|pl|dart|hs)$/.test(path)) ?? null,
    listing,
  };
}

function packagesIn(listing: Listing, paths: readonly string[]): readonly Package[] {
  const python = new Set(paths.filter(isPythonManifest).map(folderOf));
  const found = [
    ...paths.filter((path) => nameOf(path) === 'package.json').map((path) => nodePackage(listing, path)),
    ...[...python].map((folder) => pythonPackage(listing, folder)),
    ...paths.filter(isCompiledManifest).map((path) => compiledPackage(listing, path)),
  ];
  return found.filter((each) => each !== null).sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

function inside(folder: string, folders: ReadonlySet<string>): readonly string[] {
  return [...folders].filter((other) => other !== folder && within(folder, other) !== null);
}
