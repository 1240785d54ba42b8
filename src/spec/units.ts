const durationUnits: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `1h`, `2d` in milliseconds; null when it is written otherwise. */
export function durationMs(text: string): number | null {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = durationUnits[match?.[2] ?? ''];
  return unit === undefined ? null : Number(match?.[1]) * unit;
}

/** The largest unit that holds it without a remainder: `3600000` is `1h`. */
export function durationText(ms: number): string {
  const unit = Object.entries(durationUnits).findLast(([, size]) => ms % size === 0 && ms >= size);
  return unit === undefined ? `${ms / 1000}s` : `${ms / unit[1]}${unit[0]}`;
}

/** `500m`, `1` or `0.5` cores in thousandths of a core; null when it is written otherwise, or is less than one. */
export function cpuMillis(value: string | number): number | null {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(m?)$/.exec(String(value));
  if (match === null) return null;
  const millis = Number(match[1]) * (match[2] === 'm' ? 1 : 1000);
  return Number.isInteger(Math.round(millis * 1000) / 1000) && millis >= 1 ? Math.round(millis) : null;
}

const memoryUnits: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** `256Mi`, `1Gi`, `512M` in bytes; null when it is written otherwise, or is nothing. */
export function memoryBytes(text: string): number | null {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(Ki|Mi|Gi|Ti|k|M|G|T)$/.exec(text);
  const bytes = Math.round(Number(match?.[1]) * (memoryUnits[match?.[2] ?? ''] ?? NaN));
  return bytes > 0 ? bytes : null;
}
