const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const justNow = 'just now';

/** `0.3 s`, `12 s`, `2 min 14 s`, `3 h 5 min`, `2 d 4 h`: two units at most. */
export function durationText(ms: number): string {
  if (ms < 9.95 * second) return `${(Math.max(ms, 0) / second).toFixed(1)} s`;
  if (ms < 59.5 * second) return `${Math.round(ms / second)} s`;
  if (ms < hour - second / 2) return pair(ms, [minute, 'min'], [second, 's']);
  if (ms < day) return pair(ms, [hour, 'h'], [minute, 'min']);
  return pair(ms, [day, 'd'], [hour, 'h']);
}

/** `just now`, `35 s`, `12 min`, `3 h`, `2 d`: one unit, rounded down, for a column of ages. */
export function ageText(ms: number): string {
  if (ms < 2 * second) return justNow;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} d`;
}

export function ageOf(iso: string, now: Date): string {
  return ageText(now.getTime() - Date.parse(iso));
}

/** `just now`, `35 s ago`, for a sentence. */
export function agoOf(iso: string, now: Date): string {
  const age = ageOf(iso, now);
  return age === justNow ? age : `${age} ago`;
}

/** `12:03` today, else `7 Dec 12:03`; with the year when it is another one. Local time of the terminal. */
export function momentText(iso: string, now: Date): string {
  const at = new Date(iso);
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return time;
  const date = `${at.getDate()} ${months[at.getMonth()]}`;
  return at.getFullYear() === now.getFullYear() ? `${date} ${time}` : `${date} ${at.getFullYear()} ${time}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

type Unit = readonly [ms: number, name: string];

function pair(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rounded = Math.round(ms / small) * small;
  const rest = Math.round((rounded % large) / small);
  const whole = `${Math.floor(rounded / large)} ${largeName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
