import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';

const keptFiles = 3;
/** Of a log of Deployer's own processes, which says little: years of a quiet server, a week of a troubled one. */
const heldLogBytes = 10 * 1024 * 1024;
const chunkBytes = 1024 * 1024;
const lookEveryMs = 5000;

/** A log with what was moved aside of it, the newest first. */
export function filesOfLog(path: string): readonly string[] {
  return [path, ...Array.from({ length: keptFiles }, (_, index) => `${path}.${index + 1}`)];
}

/**
 * Moves a log that has grown beyond `bytes` aside: `<log>` becomes `<log>.1`, that one `.2`, and the last is dropped.
 * Whoever writes to it opens it anew now and then.
 */
export function rotateLog(path: string, bytes: number): void {
  if (sizeOf(path) <= bytes) return;
  makeRoom(path);
  renameSync(path, `${path}.1`);
}

/**
 * The same for a log that is held open for appending, as the output of a process: its content is copied and the file
 * emptied. Killed in between, it leaves lines twice and loses none; nor does it lose any of the process that calls it,
 * which writes none meanwhile. Of another process it would lose what that one writes in the microseconds between the
 * last look and the end.
 */
export function rotateHeldLog(path: string, bytes: number = heldLogBytes): void {
  if (sizeOf(path) <= bytes) return;
  makeRoom(path);
  const log = openSync(path, 'r+');
  try {
    copyTo(log, `${path}.1`);
    ftruncateSync(log);
  } finally {
    closeSync(log);
  }
}

/** Looks every few seconds, as long as the process lives. On a full disk a log stays as it is. */
export function keepLogsShort(paths: readonly string[], onProblem: (error: unknown) => void): void {
  const failing = new Set<string>();
  setInterval(() => {
    for (const path of paths) {
      try {
        rotateHeldLog(path);
        failing.delete(path);
      } catch (error) {
        // Said once: what is said may go into the same log.
        if (!failing.has(path)) onProblem(error);
        failing.add(path);
      }
    }
  }, lookEveryMs).unref();
}

/** Where the first place is free, nothing is moved and nothing dropped. */
function makeRoom(path: string): void {
  if (!existsSync(`${path}.1`)) return;
  for (let number = keptFiles - 1; number > 0; number -= 1) {
    const older = `${path}.${number}`;
    if (existsSync(older)) renameSync(older, `${path}.${number + 1}`);
  }
}

function copyTo(log: number, aside: string): void {
  const copy = openSync(aside, 'wx', 0o600);
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (let length = readSync(log, chunk); length > 0; length = readSync(log, chunk))
      for (let written = 0; written < length;) written += writeSync(copy, chunk, written, length - written);
  } catch (error) {
    // Half of it would take the place of an older one the next time.
    rmSync(aside);
    throw error;
  } finally {
    closeSync(copy);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
