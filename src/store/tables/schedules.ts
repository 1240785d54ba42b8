import type { ColumnType } from 'kysely';

import type { NullableTime } from './column-types.ts';

export interface ScheduleTable {
  /** Whose files it acts on. */
  host: string;
  name: string;
  cron: string;
  time_zone: string;
  /** Null: it has no time to come. */
  next_at: NullableTime;
  started_at: NullableTime;
  /** Null while it goes on. */
  ended_at: NullableTime;
  /** That started it last. */
  worker: string | null;
  /** Times before the last start at which nobody was there. */
  missed: number;
  ok: boolean | null;
  summary: string | null;
  findings: ColumnType<Readonly<Record<string, readonly string[]>> | null, string | undefined, string>;
}
