import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface ScratchNode {
  /** Relative to the folder. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Of a file; a link leads to `a/somewhere`. */
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** Makes a folder with these nodes, in their order; the umask decides on the other permissions and on the times. */
export function plantNodes(folder: string, nodes: readonly ScratchNode[], umask: number): string {
  mkdirSync(folder);
  for (const node of nodes) {
    const path = join(folder, node.path);
    mkdirSync(dirname(path), { recursive: true });
    switch (node.kind) {
      case 'folder':
        mkdirSync(path, { recursive: true });
        break;
      case 'link':
        symlinkSync('a/somewhere', path);
        break;
      case 'file':
        writeFileSync(path, node.content);
        chmodSync(path, (node.executable ? 0o777 : 0o666) & ~umask);
        utimesSync(path, umask * 1000, umask * 1000);
        break;
    }
  }
  return folder;
}

/** Makes a folder with text files. */
export function plantFiles(folder: string, files: Readonly<Record<string, string>>): string {
  const nodes = Object.entries(files).map(([path, text]): ScratchNode => ({
    path,
    kind: 'file',
    content: Buffer.from(text),
    executable: false,
  }));
  return plantNodes(folder, nodes, 0o022);
}

/** By path, sorted: a link's target, a file's content and executable bit, or a folder. */
export function treeOf(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(paths.map((path) => [path, describe(join(folder, path))]));
}

function describe(path: string): string {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (stats.isDirectory()) return 'folder';
  return `${(stats.mode & 0o100) === 0 ? 'file' : 'program'} ${readFileSync(path, 'hex')}`;
}
