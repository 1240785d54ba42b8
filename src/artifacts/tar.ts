import type { FileHandle } from 'node:fs/promises';

/**
 * The archive of a bundle: POSIX ustar with pax headers (IEEE Std 1003.1, pax, "ustar Interchange Format"). It is our
 * own writer because every byte of it is in the artifact's digest: owner, times and permissions are fixed, and a pax
 * header is there only for what ustar cannot say (a path beyond 100 bytes or beyond ASCII, a size from 8 GiB).
 *
 * It is not compressed: the bytes that zlib and zstd make differ between versions and processors, and one content
 * would get several digests.
 */
export type TarEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly executable: boolean }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

const blockBytes = 512;
const largestUstarSize = 0o77777777777;
const typeFlags = { file: '0', link: '2', folder: '5' } as const;

/** The bytes are not an archive that `tarHeader` wrote. */
export class ArchiveError extends Error {}

/** Two empty blocks. */
export const tarEnd: Buffer = Buffer.alloc(2 * blockBytes);

/** The blocks in front of an entry's content. */
export function tarHeader(entry: TarEntry): Buffer {
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'link' ? entry.target : '';
  const size = entry.kind === 'file' ? entry.size : 0;
  const records = Buffer.concat([
    ...(fitsUstar(path) ? [] : [paxRecord('path', path)]),
    ...(fitsUstar(target) ? [] : [paxRecord('linkpath', target)]),
    ...(size <= largestUstarSize ? [] : [paxRecord('size', String(size))]),
  ]);
  const mode = entry.kind === 'folder' || (entry.kind === 'file' && entry.executable) ? 0o755 : 0o644;
  const header = ustarHeader({
    path,
    target,
    size: Math.min(size, largestUstarSize),
    mode,
    type: typeFlags[entry.kind],
  });
  if (records.length === 0) return header;
  const pax = ustarHeader({ path: 'pax', target: '', size: records.length, mode: 0o644, type: 'x' });
  return Buffer.concat([pax, records, tarPadding(records.length), header]);
}

/** What fills the last block of a content of `size` bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
}

/** An entry and the position of its content in the file. */
export interface TarContent {
  readonly entry: TarEntry;
  readonly offset: number;
}

/** The entries of an archive that `tarHeader` wrote. Throws an ArchiveError on anything else. */
export async function* readTar(file: FileHandle): AsyncGenerator<TarContent> {
  let offset = 0;
  let pax: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const block = await readExactly(file, offset, blockBytes);
    offset += blockBytes;
    if (block.every((byte) => byte === 0)) return;
    const header = parseUstar(block, offset - blockBytes);
    if (header.type === 'x') {
      pax = parsePax(await readExactly(file, offset, header.size));
      offset += header.size + tarPadding(header.size).length;
      continue;
    }
    const size = Number(pax.get('size') ?? header.size);
    const entry = entryOf({
      ...header,
      path: pax.get('path') ?? header.path,
      target: pax.get('linkpath') ?? header.target,
      size,
    });
    yield { entry, offset };
    pax = new Map();
    offset += size + tarPadding(size).length;
  }
}

interface UstarFields {
  readonly path: string;
  readonly target: string;
  readonly size: number;
  readonly mode: number;
  readonly type: string;
}

function fitsUstar(text: string): boolean {
  return text.length <= 100 && /^[\x20-\x7e]*$/.test(text);
}

function ustarHeader(fields: UstarFields): Buffer {
  const block = Buffer.alloc(blockBytes);
  // A path that does not fit is in the pax header; its beginning is for readers that know none.
  block.set(Buffer.from(fields.path).subarray(0, 100), 0);
  writeOctal(block, fields.mode, { at: 100, digits: 7 });
  writeOctal(block, 0, { at: 108, digits: 7 });
  writeOctal(block, 0, { at: 116, digits: 7 });
  writeOctal(block, fields.size, { at: 124, digits: 11 });
  writeOctal(block, 0, { at: 136, digits: 11 });
  block.write(fields.type, 156, 'latin1');
  block.set(Buffer.from(fields.target).subarray(0, 100), 157);
  block.write('ustar\x0000', 257, 'latin1');
  writeOctal(block, 0, { at: 329, digits: 7 });
  writeOctal(block, 0, { at: 337, digits: 7 });
  writeOctal(block, checksum(block), { at: 148, digits: 6 });
  block.write(' ', 155, 'latin1');
  return block;
}

function writeOctal(
  block: Buffer,
  value: number,
  field: { readonly at: number; readonly digits: number },
): void {
  block.write(value.toString(8).padStart(field.digits, '0'), field.at, 'latin1');
}

/** The sum of all bytes, with the checksum's own field read as spaces. */
function checksum(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function parsePax(records: Buffer): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  while (at < records.length) {
    const space = records.indexOf(' ', at);
    const length = Number(records.subarray(at, space).toString('latin1'));
    if (space < 0 || !Number.isInteger(length) || length < 5 || at + length > records.length) {
      throw new ArchiveError('a pax header is cut off');
    }
    const record = records.subarray(space + 1, at + length - 1).toString('utf8');
    const equals = record.indexOf('=');
    found.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return found;
}

function parseUstar(block: Buffer, offset: number): UstarFields {
  const text = (at: number, length: number): string =>
    block
      .subarray(at, at + length)
      .toString('latin1')
      .replace(/\0[^]*$/, '');
  const octal = (at: number, length: number): number => Number.parseInt(text(at, length), 8);
  if (text(257, 5) !== 'ustar' || octal(148, 8) !== checksum(block)) {
    throw new ArchiveError(`there is no tar header at byte ${offset}`);
  }
  return {
    path: text(0, 100),
    target: text(157, 100),
    size: octal(124, 12),
    mode: octal(100, 8),
    type: text(156, 1),
  };
}

function entryOf(fields: UstarFields): TarEntry {
  const { path } = fields;
  switch (fields.type) {
    case typeFlags.folder:
      return { kind: 'folder', path: path.replace(/\/$/, '') };
    case typeFlags.file:
      return { kind: 'file', path, size: fields.size, executable: (fields.mode & 0o100) !== 0 };
    case typeFlags.link:
      return { kind: 'link', path, target: fields.target };
    default:
      throw new ArchiveError(`${path} is of a kind that a bundle does not have (${fields.type})`);
  }
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new ArchiveError('the archive is cut off');
    filled += bytesRead;
  }
  return buffer;
}
