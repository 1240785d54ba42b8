import { z } from 'zod';

/**
 * `server.json` in the home of a local server: how the CLI finds it. Written when the socket listens, gone after
 * `stop`.
 */
export interface ServerFile {
  readonly pid: number;
  /** Start time of the process (see `ProcessIdentity`). */
  readonly startedAt: string;
  readonly socket: string;
  readonly version: string;
  /** ISO 8601 commit time of the code that runs. */
  readonly builtAt: string;
}

export const serverFile: z.ZodType<ServerFile> = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
  socket: z.string(),
  version: z.string(),
  builtAt: z.string(),
});

/** Whether version `a` is newer than `b`: by release version, then by the time of the commit it was built from. */
export function isNewer(
  a: Pick<ServerFile, 'version' | 'builtAt'>,
  b: Pick<ServerFile, 'version' | 'builtAt'>,
): boolean {
  const left = a.version.split('.').map(Number);
  const right = b.version.split('.').map(Number);
  for (const [index, number] of left.entries()) {
    const other = right[index] ?? 0;
    if (number !== other) return number > other;
  }
  return a.builtAt > b.builtAt;
}
