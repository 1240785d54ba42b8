import { pathFault } from '../../spec/relative-path.ts';
import { sdksOf } from '../findings/agent-sdks.ts';
import type { ComposeService } from '../findings/compose.ts';
import type { Dockerfile } from '../findings/dockerfile.ts';
import type { Found } from '../findings/finding.ts';
import { inFolder, nameOf, within } from '../findings/listing.ts';
import type { Package } from '../findings/package.ts';
import type { SourceFacts } from '../findings/sources.ts';
import type { Survey } from '../findings/survey.ts';
import { distinct, nameFrom } from './names.ts';

/** Something that could be a component, with all that is known about it. */
export interface Candidate {
  readonly name: string;
  /** As the repository calls it, by a service, a process or a folder; null: it does not. */
  readonly called: string | null;
  readonly folder: string;
  readonly package: Package | null;
  readonly dockerfile: Dockerfile | null;
  readonly service: ComposeService | null;
  /** How it is started, the most telling source first. */
  readonly start: Found<string> | null;
  readonly sources: SourceFacts;
}

type Unnamed = Omit<Candidate, 'name'>;

const noSources: SourceFacts = {
  portVariable: null,
  port: null,
  ready: null,
  live: null,
  variables: new Map(),
  models: [],
  tools: [],
};

/**
 * What runs, as the repository itself says it: services of a compose file, else processes of a Procfile, else folders
 * with a program of their own.
 */
export function candidatesOf(found: Survey): readonly Candidate[] {
  const built = found.services.filter(({ build }) => build !== null && pathFault(build.folder) === null);
  if (built.length > 0) {
    const programs = built.map((service) => ofService(found, service));
    return named(programs.filter(({ start }) => start !== null));
  }
  if (found.processes.length > 0) {
    return named(
      found.processes.map((process) => ({
        ...ofFolder(found, process.folder),
        start: process.start,
        ...(process.name === 'web' ? {} : { called: process.name }),
      })),
    );
  }
  const folders = [...found.sources.keys()]
    .filter((folder) => pathFault(folder) === null)
    .map((folder) => ofFolder(found, folder));
  const programs = folders.filter(({ start }) => start !== null);
  // Beside what says how it starts, what would have to be guessed is a library.
  const isSaid = programs.some(({ start }) => start?.sure === 'certain');
  const meant = programs.filter(({ start }) => !isSaid || start?.sure !== 'guess');
  return named(meant.filter((program) => !onlyStartsOthers(program, meant)));
}

function ofService(found: Survey, service: ComposeService): Unnamed {
  const folder = service.build?.folder ?? '.';
  const dockerfile = found.dockerfiles.find(
    ({ path }) => path === inFolder(folder, service.build?.dockerfile ?? 'Dockerfile'),
  );
  // The whole repository is the context of many a build of one folder in it.
  const isOfOther =
    dockerfile !== undefined && found.packages.some((each) => each.folder === dockerfile.folder);
  const own = ofFolder(found, isOfOther ? dockerfile.folder : folder, dockerfile);
  const start: Found<string> | null =
    service.command === null ? own.start : { value: service.command, at: service.at, sure: 'certain' };
  return { ...own, service, start, called: service.name };
}

function ofFolder(
  found: Survey,
  folder: string,
  dockerfile: Dockerfile | null = found.dockerfiles.find((each) => each.folder === folder) ?? null,
): Unnamed {
  const packages = found.packages.filter((each) => each.folder === folder);
  const own = packageFor(packages, dockerfile);
  return {
    folder,
    package: own,
    dockerfile,
    service: null,
    start: dockerfile?.start ?? own?.start ?? null,
    sources: found.sources.get(folder) ?? noSources,
    called: folder === '.' ? null : nameOf(folder),
  };
}

/** Of manifests of several languages a Dockerfile says which one runs, else one that can be started does. */
function packageFor(packages: readonly Package[], dockerfile: Dockerfile | null): Package | null {
  const base = dockerfile?.base.value ?? '';
  return (
    packages.find(({ language }) => base.includes(language)) ??
    packages.find(({ start }) => start !== null) ??
    packages[0] ??
    null
  );
}

/** The root of a repository whose `start` is there for developers: the programs are in its folders. */
function onlyStartsOthers(program: Unnamed, all: readonly Unnamed[]): boolean {
  const inside = all.filter((other) => other !== program && within(program.folder, other.folder) !== null);
  if (inside.length === 0 || program.dockerfile !== null) return false;
  return program.package === null || program.package.isWorkspace || sdksOf(program.package).length === 0;
}

function named(unnamed: readonly Unnamed[]): readonly Candidate[] {
  const names = distinct(unnamed.map((each) => nameFrom(each.called ?? wordFor(each, unnamed)) ?? 'app'));
  return unnamed.map((each, index) => ({ ...each, name: names[index] ?? 'app' }));
}

/** A program at the top is called by what it is, or among others by its package. */
function wordFor({ package: own }: Unnamed, all: readonly Unnamed[]): string {
  if (all.length > 1) return own?.name ?? 'app';
  return own !== null && sdksOf(own).some(({ use }) => use === 'agent') ? 'agent' : 'app';
}
