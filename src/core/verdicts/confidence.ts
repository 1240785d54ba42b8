/**
 * How far a figure that was counted may lie from the truth, by chance alone. `z` is the width in standard deviations:
 * 1.645 errs on this side once in 20, 3 once in 740.
 */

/**
 * The least share that `hits` of `n` may stand for (E. B. Wilson, "Probable Inference, the Law of Succession, and
 * Statistical Inference", JASA 22, 1927). Unlike the textbook interval it holds with few observations and with none or
 * all of them hits.
 */
export function wilsonLowerBound(hits: number, n: number, z: number): number {
  if (n === 0) return 0;
  const share = hits / n;
  const centre = share + z ** 2 / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return Math.max(0, (centre - spread) / (1 + z ** 2 / n));
}

/**
 * Between which shares of `n` observations, put in order, the true quantile `q` lies: the number of observations below
 * it is binomial (Hahn and Meeker, "Statistical Intervals", on distribution-free intervals).
 */
export function quantileShares(q: number, n: number, z: number): { lower: number; upper: number } {
  const spread = n === 0 ? 1 : z * Math.sqrt((q * (1 - q)) / n);
  return { lower: Math.max(0, q - spread), upper: Math.min(1, q + spread) };
}
