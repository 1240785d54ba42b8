import type { ColumnType } from 'kysely';

import type { WorkerKind } from '../../core/workers/host.ts';
import type { Time } from './column-types.ts';

export interface HostTable {
  id: string;
  /** Host name and home folder, for people. */
  name: string;
  home: string;
  /** When one of its workers gave a sign of life last. */
  seen_at: Time;
  /** The one of its workers that looks after its environments. */
  converging: string | null;
}

export interface WorkerTable {
  id: string;
  host: string;
  kind: WorkerKind;
  pid: number;
  /** Host name of the machine, by which a copied home is noticed. */
  machine: string;
  version: string;
  started_at: Time;
  beat: Time;
  /** The stages in flight, for people. */
  doing: ColumnType<readonly string[], string, string>;
}
