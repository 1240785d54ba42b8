/** Figures as sentences show them: rounded to what a person compares, with their unit. */

/** `1 test`, `3 tests`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `87 ms`, `0.8 ms`; from ten seconds on `12.3 s`. */
export function milliseconds(ms: number): string {
  if (!Number.isFinite(ms)) return 'longer than could be measured';
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
}

/** `0.4 s`, `42 s`, `15 min`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${Number((ms / 1000).toFixed(1))} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return `${Number((ms / 60_000).toFixed(1))} min`;
}

/** `2 %`, `0.35 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** `900 bytes`, `12.3 MB`, `4.5 GB`. */
export function bytes(n: number): string {
  if (n < 1000) return count(n, 'byte');
  if (n < 1_000_000) return `${(n / 1000).toFixed(1)} kB`;
  if (n < 1e9) return `${(n / 1_000_000).toFixed(1)} MB`;
  return `${(n / 1e9).toFixed(1)} GB`;
}
