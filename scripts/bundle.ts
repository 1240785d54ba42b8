import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, type OutputChunk, type Plugin } from 'rolldown';

/** What is made of other packages is only what is used of them; the others are imported from where npm put them. */
const inlined = /^(?:canonicalize|kysely|zod)(?:\/|$)/;

/**
 * Makes programs of modules, a file each, and of what several of them need, parts. The program of a supervisor, of
 * which one runs for each deployment, shares nothing: that keeps it small. Returns folders of the packages in them.
 *
 * @param modules folder of the compiled modules
 * @param dist where programs go, by the paths of their modules
 */
export async function bundle(modules: string, dist: string): Promise<readonly string[]> {
  const programs = programsIn(modules);
  const alone = 'targets/process/supervisor.js';
  const built = [
    ...(await bundleTogether(
      { modules, dist },
      [...programs].filter((program) => program !== alone),
    )),
    ...(await bundleTogether({ modules, dist }, [alone])),
  ];
  const packages = built
    .flatMap(({ moduleIds }) => moduleIds)
    .flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  return [...new Set(packages)].toSorted();
}

interface Folders {
  readonly modules: string;
  readonly dist: string;
}

/** Each starts as a process or a thread of its own: the command line, and what others start by `moduleBeside`. */
function programsIn(modules: string): ReadonlySet<string> {
  const files = readdirSync(modules, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const started = files.flatMap((file) => {
    const source = readFileSync(join(modules, file), 'utf8');
    const besides = source.matchAll(/moduleBeside\(import\.meta\.url, '([^']+)'\)/g);
    return [...besides].map(([, path = '']) => `${join(dirname(file), path)}.js`);
  });
  return new Set(['main.js', ...started]);
}

async function bundleTogether(
  { modules, dist }: Folders,
  programs: readonly string[],
): Promise<readonly OutputChunk[]> {
  const input = Object.fromEntries(
    programs.map((program) => [program.replace(/\.js$/, ''), join(modules, program)]),
  );
  const { output } = await build({
    input,
    platform: 'node',
    // Types were checked and removed already, and no setting of theirs is to be looked for.
    tsconfig: false,
    external: (id) => !/^[./]/.test(id) && !inlined.test(id),
    plugins: [ownAddresses(modules)],
    output: {
      dir: dist,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'parts/[name].js',
      banner: ({ fileName }) => `const distFolder = new URL('${upFrom(fileName)}', import.meta.url);`,
    },
  });
  return output.filter((each) => each.type === 'chunk');
}

/** Wherever a module ends up, it finds others from where it was. */
function ownAddresses(modules: string): Plugin {
  return {
    name: 'own-addresses',
    transform(code, id) {
      if (!id.startsWith(modules) || !code.includes('import.meta.url')) return null;
      const path = relative(modules, id);
      return code.replaceAll('import.meta.url', `new URL(${JSON.stringify(path)}, distFolder).href`);
    },
  };
}

function upFrom(fileName: string): string {
  return `./${'../'.repeat(fileName.split('/').length - 1)}`;
}

/** What the licences of packages ask of whoever hands them on as part of something else. */
export function noticesOf(packages: readonly string[]): string {
  return packages.map(noticeOf).join('\n\n');
}

function noticeOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const licence = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (licence === undefined) throw new Error(`${folder} has no licence to hand on`);
  return `${name} ${version}\n\n${readFileSync(join(folder, licence), 'utf8').trim()}\n`;
}
