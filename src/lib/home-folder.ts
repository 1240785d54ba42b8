import { constants } from 'node:fs';
import { access, chmod, stat } from 'node:fs/promises';

import { DeployerError } from '../errors.ts';
import { makeFolder } from './make-folder.ts';
import { isNodeError } from './node-error.ts';

/**
 * Makes a server's home when it is missing, and private to its owner (0700) in any case: it holds keys, and a socket
 * that believes whoever can open it. Throws `home_invalid` when it is not a folder of this user's.
 */
export async function prepareHomeFolder(root: string): Promise<void> {
  try {
    makeFolder(root, 0o700);
    const facts = await stat(root);
    const user = process.getuid?.();
    if (!facts.isDirectory()) throw unusable(root, 'it is not a folder');
    if (user !== undefined && facts.uid !== user) throw unusable(root, 'it belongs to another user');
    if ((facts.mode & 0o777) !== 0o700) await chmod(root, 0o700);
    await access(root, constants.W_OK);
  } catch (error) {
    if (!isNodeError(error)) throw error;
    throw unusable(root, reasons[error.code] ?? error.message, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not make it',
  EEXIST: 'it is not a folder',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a part of its path is not a folder',
  EROFS: 'the file system is read-only',
};

function unusable(root: string, reason: string, cause?: unknown): DeployerError {
  return new DeployerError('home_invalid', {
    message: `${root} cannot be Deployer's home: ${reason}.`,
    hint: 'Set DEPLOYER_HOME to a folder of your own, for example: export DEPLOYER_HOME=~/.local/state/deployer',
    cause,
  });
}
