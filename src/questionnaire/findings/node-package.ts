import type { Found } from './finding.ts';
import { folderOf, inFolder, lineOf, type Listing } from './listing.ts';
import {
  installCommand,
  managerOf,
  type ManifestFile,
  readNodeManifest,
  runScript,
} from './node-manifest.ts';
import { nodeSuites } from './node-suites.ts';
import type { Dependency, Package } from './package.ts';
import { shellWord } from './shell-word.ts';

export function nodePackage(listing: Listing, path: string): Package | null {
  const text = listing.read(path);
  const manifest = text === null ? null : readNodeManifest(text);
  if (text === null || manifest === null) return null;
  const folder = folderOf(path);
  const manager = managerOf(listing, folder, manifest);
  const file: ManifestFile = { listing, path, text, folder, manifest, manager };
  return {
    folder,
    manifest: { path, line: null },
    language: 'node',
    name: manifest.name,
    manager: manager.name,
    build: buildOf(file),
    start: startOf(file),
    suites: nodeSuites(file),
    setup: installCommand(file, true),
    dependencies: dependenciesOf(file),
    programs: [],
    isDeveloped: ['dev', 'start:dev'].some((name) => Object.hasOwn(manifest.scripts, name)),
    isWorkspace: isWorkspaceRoot(listing, folder),
    home: homeOf(file),
    exclude: [],
  };
}

function buildOf(file: ManifestFile): Found<string> | null {
  const builds = Object.hasOwn(file.manifest.scripts, 'build');
  const install = installCommand(file, builds);
  const steps = [
    ...(install === null ? [] : [install]),
    ...(builds ? [runScript(file.manager.name, 'build')] : []),
  ];
  if (steps.length === 0) return null;
  const line = lineOf(file.text, builds ? /"build"\s*:/ : /"(?:optionalD|d)ependencies"\s*:/);
  return {
    value: steps.join(' && '),
    at: { path: file.path, line },
    sure: builds || file.manager.lock !== null ? 'certain' : 'likely',
  };
}

/** NestJS and others keep `start` for development. */
const startScripts = ['start:prod', 'start:production', 'start', 'serve'];
const usualEntries = ['server', 'main', 'index', 'app', 'src/server', 'src/main', 'src/index', 'src/app'];

function startOf(file: ManifestFile): Found<string> | null {
  const { scripts, main } = file.manifest;
  const script = startScripts.find((name) => Object.hasOwn(scripts, name));
  if (script !== undefined) {
    const line = lineOf(file.text, new RegExp(`"${script}"\\s*:`));
    return { value: runScript(file.manager.name, script), at: { path: file.path, line }, sure: 'certain' };
  }
  // With a build and no start, or among others in a workspace, it is a library: `main` is what others import.
  if (Object.hasOwn(scripts, 'build') || homeOf(file) !== file.folder) return null;
  if (main !== null && file.listing.has(inFolder(file.folder, main))) return started(file, main);
  const entry = usualEntries
    .flatMap((name) => ['.js', '.mjs', '.ts', '.cjs'].map((end) => `${name}${end}`))
    .find((name) => file.listing.has(inFolder(file.folder, name)));
  return entry === undefined ? null : started(file, entry);
}

function started(file: ManifestFile, entry: string): Found<string> {
  const at = { path: inFolder(file.folder, entry), line: null };
  return { value: `node ${shellWord(entry)}`, at, sure: 'guess' };
}

function dependenciesOf({ path, text, manifest }: ManifestFile): readonly Dependency[] {
  const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  return names.map((name) => ({ name, at: { path, line: lineOf(text, `"${name}"`) } }));
}

function isWorkspaceRoot(listing: Listing, folder: string): boolean {
  if (listing.has(inFolder(folder, 'pnpm-workspace.yaml'))) return true;
  const text = listing.read(inFolder(folder, 'package.json'));
  return text !== null && readNodeManifest(text)?.workspaces !== undefined;
}

/** A package with a lock file of its own is installed by itself, wherever it lies. */
function homeOf({ listing, folder, manager: { lock } }: ManifestFile): string {
  if (lock !== null && folderOf(lock) === folder) return folder;
  for (let at = folder; at !== '.';) {
    at = folderOf(at);
    if (isWorkspaceRoot(listing, at)) return at;
  }
  return folder;
}
