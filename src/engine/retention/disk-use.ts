import { statfs } from 'node:fs/promises';
import { join } from 'node:path';

import { folderSize } from '../../lib/folder-size.ts';
import { filesOfLog } from '../../lib/log-rotation.ts';
import { serverLogs } from '../../store/embedded/server-logs.ts';
import { databaseSize } from '../../store/retention.ts';
import type { Places } from '../parts.ts';

/** What a server occupies, in bytes by kind, and what is free where its home is. */
export interface DiskUse {
  readonly kinds: readonly { readonly kind: string; readonly bytes: number }[];
  readonly freeBytes: number;
}

export async function diskUse({ database, home }: Places, signal: AbortSignal): Promise<DiskUse> {
  const folders = [
    ['artifacts', home.artifacts],
    ['sources', join(home.root, 'sources')],
    ['workspaces', home.workspaces],
    // Deployments as they run, with the output of their components.
    ['deployments and logs', join(home.root, 'environments')],
  ] as const;
  const kinds = [{ kind: 'database', bytes: await databaseSize(database.db) }];
  let logBytes = 0;
  for (const log of await serverLogs(home))
    for (const file of filesOfLog(log)) logBytes += await folderSize(file, signal);
  kinds.push({ kind: 'logs of server and database', bytes: logBytes });
  for (const [kind, folder] of folders) kinds.push({ kind, bytes: await folderSize(folder, signal) });
  const { bavail, bsize } = await statfs(home.root);
  return { kinds, freeBytes: bavail * bsize };
}
