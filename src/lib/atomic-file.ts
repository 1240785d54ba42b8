import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';

import { DeployerError } from '../errors.ts';
import { isNodeError } from './node-error.ts';

/**
 * Replaces a file so that a reader, or a machine that loses power, sees the old content or the new, never a part:
 * written beside it, flushed, renamed, and the folder flushed.
 */
export async function writeFileAtomically(path: string, content: string, mode = 0o600): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    await writeWhole(beside, content, mode);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * Makes a file as `writeFileAtomically` does, unless it exists: false then, and it stays as it is. Of several at once,
 * one makes it: link(2) fails where there is a file, and rename(2) would replace it.
 */
export async function createFileAtomically(path: string, content: string, mode = 0o600): Promise<boolean> {
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    await writeWhole(beside, content, mode);
    await link(beside, path);
  } catch (error) {
    if (isNodeError(error) && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
  await syncFolder(dirname(path));
  return true;
}

async function writeWhole(path: string, content: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename in a folder outlast a loss of power. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Parses a JSON file by a schema; null when the file does not exist. Throws `home_invalid` on other content. */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (isNodeError(error)) {
      if (error.code === 'ENOENT') return null;
      throw error;
    }
    throw new DeployerError('home_invalid', {
      message: `${path} is damaged: it does not hold what Deployer writes there.`,
      hint: `Put it back from a copy, or move it aside: mv ${path} ${path}.damaged`,
      cause: error,
    });
  }
}
