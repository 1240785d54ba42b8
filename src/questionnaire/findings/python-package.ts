import type { Found, Place } from './finding.ts';
import { inFolder, isListed, type Listing, nameOf } from './listing.ts';
import type { Dependency, Package } from './package.ts';
import { pythonStart } from './python-start.ts';
import { pythonTests } from './python-tests.ts';
import { type TomlLine, tomlLines, tomlTexts } from './toml-lines.ts';

const manifests = ['pyproject.toml', 'requirements.txt', 'Pipfile', 'setup.py'];

/** Where the dependencies of a component go: part of its folder, and found wherever that folder is unpacked. */
const packagesFolder = '.packages';

export const pythonPath: string = `PYTHONPATH=${packagesFolder}`;

/** A folder with one of Python's manifests; null when it has none. */
export function pythonPackage(listing: Listing, folder: string): Package | null {
  const present = manifests.filter((name) => isListed(listing, inFolder(folder, name)));
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
    build: buildOf(listing, folder, present),
    start: pythonStart(
      listing,
      folder,
      dependencies.map(({ name }) => name),
    ),
    ...pythonTests({ listing, folder, project, hasDependencies: dependencies.length > 0 }),
    dependencies,
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
  const has = (name: string): boolean => isListed(listing, inFolder(folder, name));
  if (has('uv.lock')) return 'uv';
  if (has('poetry.lock') || project.some(({ table }) => table === 'tool.poetry')) return 'poetry';
  return has('Pipfile') ? 'pipenv' : 'pip';
}

function buildOf(listing: Listing, folder: string, present: readonly string[]): Found<string> | null {
  const install = `python3 -m pip install --quiet --target ${packagesFolder}`;
  const file = (name: string): Place => ({ path: inFolder(folder, name), line: null });
  if (present.includes('requirements.txt')) {
    const isEmpty = requirements(listing, folder).length === 0;
    return isEmpty
      ? null
      : { value: `${install} -r requirements.txt`, at: file('requirements.txt'), sure: 'likely' };
  }
  const own = ['pyproject.toml', 'setup.py'].find((name) => present.includes(name));
  return own === undefined ? null : { value: `${install} .`, at: file(own), sure: 'likely' };
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
  const text = isListed(listing, path) ? (listing.read(path) ?? '') : '';
  return text.split(/\r?\n/).flatMap((line, index) => {
    const name = requirementName(line);
    return name === '' ? [] : [{ name, at: { path, line: index + 1 } }];
  });
}

/** As PEP 503 compares names; empty for a line that names none (a comment, a flag). */
function requirementName(line: string): string {
  const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1] ?? '';
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
