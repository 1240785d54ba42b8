import { z } from 'zod';

import { readJsonFile } from '../../lib/atomic-file.ts';
import { isRunning, type ProcessIdentity } from '../../lib/process-identity.ts';
import type { DeploymentFolder } from './layout.ts';

/** `supervisor.json`: the supervisor's recorded identity and how to reach it. Private to this user. */
export interface SupervisorRecord extends ProcessIdentity {
  /** Must be presented on the socket. */
  readonly token: string;
  readonly socket: string;
  /** Folder of this start, with the unpacked artifacts. */
  readonly start: string;
}

export const SupervisorRecord: z.ZodType<SupervisorRecord> = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
  token: z.string().min(32),
  socket: z.string(),
  start: z.string(),
});

/** What a supervisor is told for this start only; stored in the folder of the start as `launch.json`. */
export interface Launch {
  /** Put first on PATH of the components; null: PATH as recorded. */
  readonly nodeFolder: string | null;
  readonly logs: { readonly segmentBytes: number; readonly segments: number };
}

/** What one start was made for. */
export interface StartFile extends Launch {
  /** Digest of the inputs whose artifacts lie in the folder: those of a resident may be replaced meanwhile. */
  readonly inputs: string;
}

export const StartFile: z.ZodType<StartFile> = z.object({
  nodeFolder: z.string().nullable(),
  logs: z.object({ segmentBytes: z.int().positive(), segments: z.int().positive() }),
  inputs: z.string(),
});

/** The record of a supervisor that is alive; null when there is none or it has ended. */
export async function livingSupervisor(folder: DeploymentFolder): Promise<SupervisorRecord | null> {
  const record = await readJsonFile(folder.supervisor, SupervisorRecord);
  return record !== null && (await isRunning(record)) ? record : null;
}
