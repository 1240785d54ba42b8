import { constants } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';

import type { ReportFinding } from '../core/verdicts/suite-verdict.ts';
import { DeployerError } from '../errors.ts';
import { isNodeError } from '../lib/node-error.ts';
import { JunitProblem } from './junit.ts';
import { parseJunitInThread } from './junit-in-thread.ts';

const maxBytes = 32 * 1024 * 1024;
/** Clocks of file systems are coarser than ours, and may stand on another machine. */
const clockSlackMs = 2000;

export interface ReportPlace {
  /** The integration's folder. */
  readonly folder: string;
  /** Relative to it; null: the suite writes none. */
  readonly report: string | null;
}

/**
 * Removes what an earlier execution left, so that what is there afterwards was written by this one, and makes the
 * report's folder: Git keeps no empty ones, and few test programs make theirs.
 */
export async function clearReport({ folder, report }: ReportPlace): Promise<void> {
  if (report === null) return;
  const path = pathOf(folder, report);
  try {
    await rm(path, { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    // A file stands in its way: that no report could be written is what the verdict will say.
    if (!isNodeError(error) || !['EEXIST', 'ENOTDIR'].includes(error.code)) throw error;
  }
}

/** What the suite left, `startedAtMs` being when it began: a report may also be copied in from elsewhere. */
export async function readReport(
  place: ReportPlace,
  startedAtMs: number,
  signal: AbortSignal,
): Promise<ReportFinding> {
  const { folder, report: path } = place;
  if (path === null) return { kind: 'not-wanted' };
  try {
    // Not blocking, as opening a named pipe otherwise waits for its writer.
    const file = await open(pathOf(folder, path), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return { kind: 'unreadable', path, problem: 'is not a file' };
      if (stats.mtimeMs < startedAtMs - clockSlackMs) return { kind: 'older-than-run', path };
      if (stats.size > maxBytes)
        return { kind: 'unreadable', path, problem: `is larger than ${maxBytes} bytes` };
      const tests = await parseJunitInThread(decode(await file.readFile()), signal);
      return { kind: 'read', path, tests };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof JunitProblem) return { kind: 'unreadable', path, problem: error.message };
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return { kind: 'missing', path };
    }
    throw error;
  }
}

function pathOf(folder: string, report: string): string {
  const path = join(folder, report);
  const inside = relative(folder, path);
  if (inside !== '' && !inside.startsWith('..') && !isAbsolute(inside)) return path;
  throw new DeployerError('spec_invalid', {
    message: `The report ${report} is not inside the integration's folder.`,
    hint: 'Name a file below the folder of deployer.yaml.',
  });
}

/** By the byte order mark, else by the encoding that the declaration names (XML 1.0, appendix F), else UTF-8. */
function decode(content: Buffer): string {
  const named = /^<\?xml[^>]*encoding=["']([\w.-]+)["']/.exec(content.subarray(0, 200).toString('latin1'));
  const label = content[0] === 0xff ? 'utf-16le' : content[0] === 0xfe ? 'utf-16be' : (named?.[1] ?? 'utf-8');
  try {
    return new TextDecoder(label).decode(content);
  } catch (error) {
    if (error instanceof RangeError) throw new JunitProblem(`has the unknown encoding ${label}`);
    throw error;
  }
}
