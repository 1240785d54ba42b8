import type { Found } from './finding.ts';
import { inFolder, lineOf, type Listing } from './listing.ts';

/** Files that programs in Python begin with, where people look first. */
const entries = ['main', 'app', 'server', 'api', 'agent', '__main__', 'run'];
const folders = ['', 'src/', 'app/', 'server/', 'api/'];

/** What starts a server, by the framework that is named and the object that an entry makes. */
const frameworks: readonly Framework[] = [
  { name: 'fastapi', makes: /^(\w+)\s*(?::[^=]+)?=\s*FastAPI\(/m, run: asgi },
  { name: 'starlette', makes: /^(\w+)\s*(?::[^=]+)?=\s*Starlette\(/m, run: asgi },
  { name: 'litestar', makes: /^(\w+)\s*(?::[^=]+)?=\s*Litestar\(/m, run: asgi },
  { name: 'quart', makes: /^(\w+)\s*(?::[^=]+)?=\s*Quart\(/m, run: asgi },
  { name: 'flask', makes: /^(\w+)\s*(?::[^=]+)?=\s*Flask\(/m, run: flask },
];

interface Framework {
  readonly name: string;
  readonly makes: RegExp;
  readonly run: (module: string, object: string, dependencies: readonly string[]) => string;
}

export interface PythonProject {
  readonly dependencies: readonly string[];
  /** Commands that installing it brings. */
  readonly programs: readonly string[];
}

/** How the program in a folder is started; null: nothing there says it. */
export function pythonStart(
  listing: Listing,
  folder: string,
  { dependencies, programs }: PythonProject,
): Found<string> | null {
  const present = folders
    .flatMap((at) => entries.map((name) => `${at}${name}.py`))
    .filter((path) => listing.has(inFolder(folder, path)));
  for (const path of present) {
    const text = listing.read(inFolder(folder, path)) ?? '';
    const framework = frameworks.find(({ name, makes }) => dependencies.includes(name) && makes.test(text));
    const object = framework?.makes.exec(text)?.[1];
    if (framework === undefined || object === undefined) continue;
    const at = { path: inFolder(folder, path), line: lineOf(text, framework.makes) };
    return { value: framework.run(moduleOf(path), object, dependencies), at, sure: 'likely' };
  }
  const manage = inFolder(folder, 'manage.py');
  if (listing.has(manage) && dependencies.includes('django')) {
    const value = 'python3 manage.py runserver --noreload "$HOST:$PORT"';
    return { value, at: { path: manage, line: null }, sure: 'guess' };
  }
  const [program] = programs;
  if (program !== undefined && programs.length === 1)
    return { value: program, at: { path: inFolder(folder, 'pyproject.toml'), line: null }, sure: 'likely' };
  const [first] = present;
  if (first === undefined) return null;
  return { value: `python3 ${first}`, at: { path: inFolder(folder, first), line: null }, sure: 'guess' };
}

function moduleOf(path: string): string {
  return path.replace(/\.py$/, '').replaceAll('/', '.');
}

function asgi(module: string, object: string): string {
  return `python3 -m uvicorn ${module}:${object} --host "$HOST" --port "$PORT"`;
}

function flask(module: string, object: string, dependencies: readonly string[]): string {
  return dependencies.includes('gunicorn')
    ? `python3 -m gunicorn ${module}:${object} --bind "$HOST:$PORT"`
    : `python3 -m flask --app ${module}:${object} run --host "$HOST" --port "$PORT"`;
}
