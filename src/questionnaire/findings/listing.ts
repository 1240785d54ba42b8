/** What an integration's folder holds, as whoever looks at it is given it. Paths are relative to it, with `/`. */
export interface Listing {
  /** Sorted by path; without what Git ignores and what package managers install. */
  readonly files: readonly ListedFile[];
  /** Whether a path is among the files. Asked of every folder for each manifest that there is. */
  readonly has: (path: string) => boolean;
  /** The text of a file; null when it is not listed, is too large to be looked at, or is no text. */
  readonly read: (path: string) => string | null;
}

export interface ListedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** `.` for a file at the top. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === -1 ? '.' : path.slice(0, end);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function inFolder(folder: string, path: string): string {
  const steps: string[] = [];
  for (const step of `${folder}/${path}`.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else steps.push(step);
  }
  return steps.length === 0 ? '.' : steps.join('/');
}

/** A path inside a folder as it is called there; null when it is not inside. */
export function within(folder: string, path: string): string | null {
  if (folder === '.') return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}

/** Files whose path fits, in the order of the listing. */
export function pathsLike({ files }: Listing, pattern: RegExp): readonly string[] {
  return files.filter(({ path }) => pattern.test(path)).map(({ path }) => path);
}

/** Parts of a tree that belong to somebody else, or show something instead of doing it. */
const aside =
  /(?:^|\/)(?:tests?|__tests__|spec|fixtures?|examples?|samples?|demos?|docs?|vendor|third_party)\//;

export function isAside(path: string): boolean {
  return aside.test(path);
}

/** The line on which a text stands, counted from 1; null when it does not stand there. */
export function lineOf(text: string, needle: string | RegExp): number | null {
  const at = typeof needle === 'string' ? text.indexOf(needle) : text.search(needle);
  return at === -1 ? null : lineAt(text, at);
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
