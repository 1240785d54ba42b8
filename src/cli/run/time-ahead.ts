import { DeployerError } from '../../errors.ts';

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * When something ends: `2h` from now, `2026-12-24`, `2026-12-24 18:00` (here), or ISO 8601 with a zone. ISO 8601, UTC.
 */
export function timeAhead(text: string, now: Date): string {
  const at = momentOf(text, now);
  if (Number.isNaN(at.getTime())) {
    throw new DeployerError('usage', {
      message: `"${text}" is no time.`,
      hint: 'Write for example 2h, 3d, 2026-12-24, or "2026-12-24 18:00".',
      path: 'until',
    });
  }
  if (at.getTime() <= now.getTime()) {
    throw new DeployerError('usage', {
      message: `${text} is over already.`,
      hint: 'Name a time that is still to come, for example 2h.',
      path: 'until',
    });
  }
  return at.toISOString();
}

function momentOf(text: string, now: Date): Date {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now.getTime() + Number(count) * (unitsMs[unit] ?? NaN));
  // A date alone would be midnight in UTC (ECMA-262, Date Time String Format).
  if (!isDay(text.slice(0, 10))) return new Date(NaN);
  if (text.length === 10) return new Date(`${text}T00:00`);
  const isMoment = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/.test(text);
  return new Date(isMoment ? text.replace(' ', 'T') : NaN);
}

/** 30 February is none, though a Date would take it for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
  );
}
