import type { AuditChainView } from './audit.ts';
import type { Pruned } from '../../core/retention/housekeeping.ts';

/** A backup that was written, or restored. */
export interface BackupView {
  readonly file: string;
  /** The moment that it is of. */
  readonly createdAt: string;
  readonly integrations: readonly string[];
  readonly bytes: number;
}

/** What `prune` removed, or would remove. */
export interface PruneView extends Pruned {
  readonly dryRun: boolean;
  readonly summary: string;
}

export interface ScheduleView {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly nextAt: string | null;
  readonly startedAt: string | null;
  /** Null while it goes on. */
  readonly endedAt: string | null;
  readonly ok: boolean | null;
  readonly summary: string | null;
  /** Times before the last start at which no server was there. */
  readonly missed: number;
}

export interface MaintenanceView {
  readonly disk: {
    readonly kinds: readonly { readonly kind: string; readonly bytes: number }[];
    readonly freeBytes: number;
  };
  readonly schedules: readonly ScheduleView[];
  readonly audit: Omit<AuditChainView, 'contains'>;
}
