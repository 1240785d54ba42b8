import type { MaintenanceView, PruneView } from '../../api/views/housekeeping.ts';
import type { Pruned } from '../../core/retention/housekeeping.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { diskUse } from '../../engine/retention/disk-use.ts';
import { prunedText } from '../../engine/retention/nightly-work.ts';
import { readChain } from '../../store/audit-chain.ts';
import { isoOrNull } from '../../store/json.ts';
import { listSchedules } from '../../store/schedules.ts';

/** What a server occupies, and what it does by the clock. */
export async function maintenanceView(parts: EngineParts, signal: AbortSignal): Promise<MaintenanceView> {
  const schedules = await listSchedules(parts.database.db, parts.worker.host.id);
  return {
    disk: await diskUse(parts, signal),
    schedules: schedules.map((row) => ({
      name: row.name,
      cron: row.cron,
      timeZone: row.time_zone,
      nextAt: isoOrNull(row.next_at),
      startedAt: isoOrNull(row.started_at),
      endedAt: isoOrNull(row.ended_at),
      ok: row.ok,
      summary: row.summary,
      missed: row.missed,
    })),
    audit: await readChain(parts.database.db),
  };
}

export function pruneView(pruned: Pruned, isDryRun: boolean): PruneView {
  return { ...pruned, dryRun: isDryRun, summary: prunedText(pruned) };
}
