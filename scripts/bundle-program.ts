import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'rolldown';

/** Makes one file of a built program and all that it imports, in its place. Returns folders of the packages in it. */
export async function bundleProgram(file: string): Promise<readonly string[]> {
  const { output } = await build({
    input: file,
    platform: 'node',
    // Types were checked and removed already, and no setting of theirs is to be looked for.
    tsconfig: false,
    output: { format: 'esm', entryFileNames: basename(file), codeSplitting: false },
    write: false,
  });
  const [{ code, moduleIds }, ...more] = output;
  if (more.length > 0) throw new Error(`${file} became more than one file`);
  writeFileSync(file, code);
  const packages = moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  return [...new Set(packages)];
}

/** What their licences ask of whoever hands them on as part of something else. */
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
