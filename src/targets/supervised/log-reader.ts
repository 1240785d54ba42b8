import { setTimeout as delay } from 'node:timers/promises';

import type { ComponentLogLine, LogQuery } from '../../core/places/target.ts';
import type { DeploymentFolder } from './layout.ts';
import { cursorBefore, LogCursor, segmentsIn } from './log-cursor.ts';
import type { Segment } from './log-segments.ts';

const lookEveryMs = 150;

export interface LastLines {
  readonly component: string;
  readonly replica: number;
  readonly count: number;
}

/** The newest stored lines of one replica, oldest first. */
export async function lastLines(
  folder: DeploymentFolder,
  { component, replica, count }: LastLines,
): Promise<readonly ComponentLogLine[]> {
  const cursor = await cursorBefore(
    folder.logs,
    await segmentsIn(folder.logs, { component, replica }),
    count,
  );
  return cursor === null ? [] : collect(allLines(cursor));
}

/**
 * Stored lines of all replicas, merged by time; with `follow`, new ones as they come, those of new replicas too, until
 * `signal` aborts. Reads files only: it works on deployments that have retired.
 */
export async function* readLogs(
  folder: DeploymentFolder,
  query: Pick<LogQuery, 'component' | 'follow' | 'tail'>,
  signal: AbortSignal,
): AsyncGenerator<ComponentLogLine> {
  const replicas = byReplica(await segmentsIn(folder.logs, { component: query.component }));
  const cursors = new Map<string, LogCursor>();
  for (const [key, segments] of replicas) {
    const cursor = await cursorBefore(folder.logs, segments, query.tail);
    if (cursor !== null) cursors.set(key, cursor);
  }
  const stored = mergedByTime([...cursors.values()].map(allLines));
  yield* query.tail === null ? stored : lastOf(await collect(stored), query.tail);
  while (query.follow && !signal.aborted) {
    yield* await newLines(folder, { component: query.component, cursors });
    await delay(lookEveryMs, undefined, { signal }).catch(() => {
      // The end of following is not an error; the loop sees it.
    });
  }
}

interface Followed {
  readonly component: string | null;
  /** By replica; those of replicas that are new are added. */
  readonly cursors: Map<string, LogCursor>;
}

async function newLines(folder: DeploymentFolder, followed: Followed): Promise<readonly ComponentLogLine[]> {
  const { component, cursors } = followed;
  for (const [key, [oldest]] of byReplica(await segmentsIn(folder.logs, { component }))) {
    if (!cursors.has(key) && oldest !== undefined) cursors.set(key, new LogCursor(folder.logs, oldest));
  }
  const lines = await Promise.all([...cursors.values()].map((cursor) => cursor.read()));
  return lines.flat().toSorted(byTime);
}

async function* allLines(cursor: LogCursor): AsyncGenerator<ComponentLogLine> {
  for (let lines = await cursor.read(); lines.length > 0; lines = await cursor.read()) yield* lines;
}

/** Each source is in order by itself; of the first lines of all, the oldest is next. */
async function* mergedByTime(
  sources: readonly AsyncGenerator<ComponentLogLine>[],
): AsyncGenerator<ComponentLogLine> {
  const heads = await Promise.all(sources.map((source) => headOf(source)));
  for (let open = heads.flatMap((head) => head ?? []); open.length > 0;) {
    const oldest = open.reduce((a, b) => (b.line.at < a.line.at ? b : a));
    yield oldest.line;
    const next = await headOf(oldest.source);
    open = open.flatMap((head) => (head === oldest ? (next ?? []) : head));
  }
}

interface Head {
  readonly line: ComponentLogLine;
  readonly source: AsyncGenerator<ComponentLogLine>;
}

async function headOf(source: AsyncGenerator<ComponentLogLine>): Promise<Head | null> {
  const { value, done } = await source.next();
  return done === true ? null : { line: value, source };
}

function byReplica(segments: readonly Segment[]): ReadonlyMap<string, readonly Segment[]> {
  return Map.groupBy(segments, ({ component, replica }) => `${component}.${replica}`);
}

function byTime(a: ComponentLogLine, b: ComponentLogLine): number {
  return a.at < b.at ? -1 : Number(a.at > b.at);
}

async function collect<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

function lastOf<T>(items: readonly T[], count: number): readonly T[] {
  return count === 0 ? [] : items.slice(-count);
}
