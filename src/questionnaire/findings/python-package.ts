import type { Found } from './finding.ts';
import { inFolder, type Listing, nameOf } from './listing.ts';
import type { Dependency, Package } from './package.ts';
import { pythonStart } from './python-start.ts';
import { pythonTests } from './python-tests.ts';
import { type TomlLine, tomlLines, tomlTexts } from './toml-lines.ts';

const manifests = ['pyproject.toml', 'requirements.txt', 'Pipfile', 'setup.py'];

/** Where the dependencies of a component go: part of its folder, and found wherever that folder is unpacked. */
export const packagesFolder = '.packages';

/** A folder with one of Python's manifests; null when it has none. */
export function pythonPackage(listing: Listing, folder: string): Package | null {
  const present = manifests.filter((name) => listing.has(inFolder(folder, name)));
  const [first] = present;
  if (first === undefined) return null;
  const project = present.includes('pyproject.toml')
    ? tomlLines(listing.read(inFolder(folder, 'pyproject.toml')) ?? '')
    : [];
  const dependencies = [...projectDependencies(project, folder), ...requirements(listing, folder)];
  return {
    folder,
    manifest: { path: inFolder(folder, first), line: null },
    language: 'python',
    name: nameIn(project),
    manager: managerOf(listing, folder, project),
    build: buildOf(listing, folder, { present, project }),
    start: pythonStart(listing, folder, {
      dependencies: dependencies.map(({ name }) => name),
      programs: programsIn(project),
    }),
    ...pythonTests({ listing, folder, project, dependencies: dependencies.map(({ name }) => name) }),
    dependencies,
    programs: programsIn(project),
    isDeveloped: false,
    isWorkspace: false,
    home: folder,
    exclude: ['**/__pycache__/**', '.venv/**'],
  };
}

export function isPythonManifest(path: string): boolean {
  return manifests.includes(nameOf(path));
}

function nameIn(project: readonly TomlLine[]): string | null {
  const line = project.find(({ table, key }) => key === 'name' && ['project', 'tool.poetry'].includes(table));
  return line === undefined ? null : (tomlTexts(line.value)[0]?.text ?? null);
}

function managerOf(listing: Listing, folder: string, project: readonly TomlLine[]): string {
  const has = (name: string): boolean => listing.has(inFolder(folder, name));
  if (has('uv.lock')) return 'uv';
  if (has('poetry.lock') || project.some(({ table }) => table === 'tool.poetry')) return 'poetry';
  return has('Pipfile') ? 'pipenv' : 'pip';
}

interface Manifests {
  readonly present: readonly string[];
  readonly project: readonly TomlLine[];
}

function buildOf(listing: Listing, folder: string, { present, project }: Manifests): Found<string> | null {
  const install = `python3 -m pip install --quiet --target ${packagesFolder}`;
  const built = (name: string, value: string): Found<string> => ({
    value,
    at: { path: inFolder(folder, name), line: null },
    sure: 'likely',
  });
  if (listing.has(inFolder(folder, 'uv.lock'))) return built('uv.lock', withUv(project));
  if (present.includes('requirements.txt')) {
    const isEmpty = requirements(listing, folder).length === 0;
    return isEmpty ? null : built('requirements.txt', `${install} -r requirements.txt`);
  }
  const own = ['pyproject.toml', 'setup.py'].find((name) => present.includes(name));
  return own === undefined ? null : built(own, `${install} .`);
}

/** What the lock file names, and the project itself where it is one that can be built. */
function withUv(project: readonly TomlLine[]): string {
  const own = project.some(({ table }) => table === 'build-system') ? ' .' : '';
  const list = 'uv export --quiet --frozen --no-dev --no-emit-project --output-file .packages.txt';
  return `${list} && uv pip install --quiet --target ${packagesFolder} -r .packages.txt${own}`;
}

/** Commands that installing the package brings. */
function programsIn(project: readonly TomlLine[]): readonly string[] {
  const tables = ['project.scripts', 'tool.poetry.scripts'];
  return project.filter(({ table }) => tables.includes(table)).map(({ key }) => key);
}

/** PEP 621, and Poetry's table of its own. */
function projectDependencies(project: readonly TomlLine[], folder: string): readonly Dependency[] {
  const path = inFolder(folder, 'pyproject.toml');
  return project.flatMap(({ table, key, value, line }): readonly Dependency[] => {
    if (table === 'project' && key === 'dependencies')
      return tomlTexts(value).map(({ text, lineAfter }) => ({
        name: requirementName(text),
        at: { path, line: line + lineAfter },
      }));
    if (table === 'tool.poetry.dependencies' && key !== 'python')
      return [{ name: requirementName(key), at: { path, line } }];
    return [];
  });
}

function requirements(listing: Listing, folder: string): readonly Dependency[] {
  const path = inFolder(folder, 'requirements.txt');
  return (listing.read(path) ?? '').split(/\r?\n/).flatMap((line, index) => {
    const name = requirementName(line);
    return name === '' ? [] : [{ name, at: { path, line: index + 1 } }];
  });
}

/** As PEP 503 compares names; empty for a line that names none (a comment, a flag). */
function requirementName(line: string): string {
  const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1] ?? '';
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
