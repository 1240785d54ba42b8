import { type FileHandle, open, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import type { ComponentLogLine } from '../../core/places/target.ts';
import { isNodeError } from '../../lib/node-error.ts';
import { type Segment, type SegmentFilter, segmentName, segmentsOf } from './log-segments.ts';

const StoredLine: z.ZodType<ComponentLogLine> = z.object({
  at: z.string(),
  deployment: z.string(),
  component: z.string(),
  replica: z.int(),
  stream: z.enum(['stdout', 'stderr']),
  line: z.string(),
});

/** Longer than the longest stored line: 16 Ki characters, each at most six bytes in JSON. */
const chunkBytes = 256 * 1024;
const lineBreak = 0x0a;

/** A place in the stored lines of one replica, which moves on as lines are read, from segment to segment. */
export class LogCursor {
  readonly #folder: string;
  readonly #replica: { readonly component: string; readonly replica: number };
  #segment: number;
  #offset: number;

  constructor(folder: string, at: Segment, offset = 0) {
    this.#folder = folder;
    this.#replica = { component: at.component, replica: at.replica };
    this.#segment = at.segment;
    this.#offset = offset;
  }

  /** The next stored lines; none when all have been read. */
  async read(): Promise<readonly ComponentLogLine[]> {
    for (;;) {
      // Looked up before reading: a segment that has a successor does not grow any more.
      const next = (await segmentsIn(this.#folder, this.#replica)).find(
        ({ segment }) => segment > this.#segment,
      );
      const bytes = await this.#completeLines();
      const lines = parseLines(bytes.toString());
      if (lines.length > 0) return lines;
      if (bytes.length > 0) continue;
      if (next === undefined) return [];
      this.#segment = next.segment;
      this.#offset = 0;
    }
  }

  async #completeLines(): Promise<Buffer> {
    const path = join(this.#folder, segmentName({ ...this.#replica, segment: this.#segment }));
    const bytes = await chunkOf(path, this.#offset);
    const complete = bytes.subarray(0, bytes.lastIndexOf(lineBreak) + 1);
    this.#offset += complete.length;
    return complete;
  }
}

/** Before the newest `count` lines of a replica, or before all of them (null). */
export async function cursorBefore(
  folder: string,
  segments: readonly Segment[],
  count: number | null,
): Promise<LogCursor | null> {
  const [oldest] = segments;
  if (oldest === undefined) return null;
  let missing = count ?? Number.POSITIVE_INFINITY;
  if (!Number.isFinite(missing)) return new LogCursor(folder, oldest);
  for (const segment of segments.toReversed()) {
    const bytes = await contentOf(join(folder, segmentName(segment)));
    const starts = lineStarts(bytes);
    if (starts.length >= missing) {
      const offset = missing === 0 ? bytes.lastIndexOf(lineBreak) + 1 : starts.at(-missing);
      return new LogCursor(folder, segment, offset);
    }
    missing -= starts.length;
  }
  return new LogCursor(folder, oldest);
}

export async function segmentsIn(folder: string, filter: SegmentFilter): Promise<readonly Segment[]> {
  try {
    return segmentsOf(await readdir(folder), filter);
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Offsets of the complete lines that are not empty. */
function lineStarts(bytes: Buffer): readonly number[] {
  const starts: number[] = [];
  for (let start = 0; ;) {
    const end = bytes.indexOf(lineBreak, start);
    if (end === -1) return starts;
    if (end > start) starts.push(start);
    start = end + 1;
  }
}

/** A supervisor that is killed while it writes leaves half a line; it is passed over. */
function parseLines(text: string): readonly ComponentLogLine[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return StoredLine.parse(JSON.parse(line));
    } catch {
      return [];
    }
  });
}

async function chunkOf(path: string, offset: number): Promise<Buffer> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    // The oldest segment may go while it is read.
    if (isNodeError(error) && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
