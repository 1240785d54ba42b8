import type { ApiClient } from '../../api/client.ts';
import type { MaintenanceView, ScheduleView } from '../../api/views/housekeeping.ts';
import { bytes, count } from '../../core/texts/figures.ts';
import { brokenChainHint } from '../output/audit-text.ts';
import { agoOf } from '../output/time.ts';
import type { HealthCheck } from '../server-verbs.ts';

/** Room that a day of builds, deployments and logs may take. */
const littleFreeBytes = 5e9;

/** What the server occupies, and how what it does by the clock went. */
export async function maintenanceChecks(client: ApiClient, now: Date): Promise<readonly HealthCheck[]> {
  const view = await client.call('maintenance', {});
  return [
    diskUseCheck(view),
    auditCheck(view),
    ...view.schedules.map((schedule) => scheduleCheck(schedule, now)),
  ];
}

function diskUseCheck({ disk: { kinds, freeBytes } }: MaintenanceView): HealthCheck {
  const total = kinds.reduce((sum, each) => sum + each.bytes, 0);
  const parts = kinds.map((each) => `${each.kind} ${bytes(each.bytes)}`).join(', ');
  const ok = freeBytes >= littleFreeBytes || freeBytes >= total;
  return {
    name: 'disk use',
    ok,
    detail: `${bytes(total)}: ${parts}; ${bytes(freeBytes)} free`,
    hint: ok
      ? null
      : 'deployer prune --dry-run   (shows what may go; retention.json in the home says what is kept)',
  };
}

function auditCheck({ audit: { entries, broken } }: MaintenanceView): HealthCheck {
  return {
    name: 'audit',
    ok: broken === null,
    detail: broken ?? `${count(entries, 'act')}, each as it was written`,
    hint: broken === null ? null : brokenChainHint,
  };
}

function scheduleCheck(schedule: ScheduleView, now: Date): HealthCheck {
  const ok = schedule.ok !== false;
  return {
    name: `schedule: ${schedule.name}`,
    ok,
    detail: `${lastOf(schedule, now)}; ${nextOf(schedule)}`,
    hint: ok ? null : 'Mend what it names; it is tried again at its next time.',
  };
}

function lastOf({ startedAt, endedAt, summary, missed }: ScheduleView, now: Date): string {
  if (startedAt === null) return 'not started yet';
  const made = missed === 0 ? '' : `, once for ${count(missed + 1, 'time')} that passed meanwhile`;
  if (endedAt === null) return `goes on${made}`;
  return `${summary ?? 'ended'}, ${agoOf(endedAt, now)}${made}`;
}

function nextOf({ nextAt, timeZone }: ScheduleView): string {
  if (nextAt === null) return 'no further time';
  const local = new Date(nextAt).toLocaleString('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return `next at ${local} (${timeZone})`;
}
