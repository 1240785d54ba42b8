import { join } from 'node:path';
import { z } from 'zod';

import type { EdgeRef } from '../core/switching/edge.ts';
import { readJsonFile } from '../lib/atomic-file.ts';
import { isDamage } from './damaged-file.ts';

/**
 * `edge.json`: how the edge of an environment is found again. It stays when the edge ends, so that the next one takes
 * the same port.
 */
export interface EdgeRecord {
  readonly v: 1;
  readonly pid: number;
  readonly startedAt: string;
  /** Whoever talks to the admin socket presents it. */
  readonly token: string;
  readonly probeToken: string;
  /** Path of the admin socket. */
  readonly socket: string;
  readonly port: number;
  readonly caFile: string | null;
  /** Version of the messages between it and its workers; 0 from before they had one. */
  readonly messages: number;
}

export const EdgeRecord: z.ZodType<EdgeRecord> = z.object({
  v: z.literal(1),
  pid: z.int().positive(),
  startedAt: z.string(),
  token: z.string().min(32),
  probeToken: z.string().min(32),
  socket: z.string(),
  port: z.int().positive(),
  caFile: z.string().nullable(),
  messages: z.int().nonnegative().default(0),
});

export function edgeFolder(home: string, edge: EdgeRef): string {
  return join(home, 'environments', edge.integration, edge.environment);
}

/** What its processes say of themselves; requests are in `access.log`. */
export function logFile(folder: string): string {
  return join(folder, 'edge.log');
}

export function recordFile(folder: string): string {
  return join(folder, 'edge.json');
}

/** Null also for a damaged record, which is as good as lost: an edge that runs writes it again. */
export async function readEdgeRecord(folder: string): Promise<EdgeRecord | null> {
  try {
    return await readJsonFile(recordFile(folder), EdgeRecord);
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}
