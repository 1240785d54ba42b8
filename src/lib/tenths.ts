/** Rounded to tenths: what is finer than that of a millisecond is noise. */
export function tenths(n: number): number {
  return Math.round(n * 10) / 10;
}
