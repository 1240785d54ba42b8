import { rename, stat } from 'node:fs/promises';

import { isNodeError } from '../../lib/node-error.ts';

const keptFiles = 3;

/**
 * Moves a log that has grown beyond `bytes` aside: `<log>` becomes `<log>.1`, that one `.2`, and the last is dropped.
 */
export async function rotateLog(path: string, bytes: number): Promise<void> {
  if ((await sizeOf(path)) <= bytes) return;
  for (let number = keptFiles - 1; number > 0; number -= 1)
    await moved(`${path}.${number}`, `${path}.${number + 1}`);
  await moved(path, `${path}.1`);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return 0;
    throw error;
  }
}

async function moved(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(isNodeError(error) && error.code === 'ENOENT')) throw error;
  }
}
