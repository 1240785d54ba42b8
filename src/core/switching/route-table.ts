/**
 * The route table of an edge: which deployment answers whom. Changing it is the *switch*.
 *
 * Rules are tried in order; the last one has no audience and is the default. A table without rules answers 503.
 * `generation` grows by one with every change; an edge refuses a table whose generation is older than its own.
 */
export interface RouteTable {
  readonly v: 1;
  readonly generation: number;
  readonly rules: readonly RouteRule[];
  /** Port of each deployment's own preview address, by deployment id. */
  readonly previews: Readonly<Record<string, number>>;
}

export interface RouteRule {
  /** Name of the audience that this rule admits; null: everyone (the default rule, always the last). */
  readonly audience: string | null;
  readonly split: readonly RouteShare[];
  /** What keeps one caller on one side of a split (a claim or header name); null with a single deployment. */
  readonly key: string | null;
}

export interface RouteShare {
  readonly deployment: string;
  /** Relative weight, above 0. */
  readonly weight: number;
}

export const emptyRouteTable: RouteTable = { v: 1, generation: 0, rules: [], previews: {} };

/** The stable deployment: the one that the default rule names alone, or null. */
export function stableOf(table: RouteTable): string | null {
  const split = table.rules.at(-1)?.split ?? [];
  return split.length === 1 ? (split[0]?.deployment ?? null) : null;
}

/** The part of everybody's traffic that a deployment gets, 0 to 1. */
export function shareOf(table: RouteTable, deployment: string): number {
  const split = table.rules.at(-1)?.split ?? [];
  const total = split.reduce((sum, { weight }) => sum + weight, 0);
  const weight = split.find((share) => share.deployment === deployment)?.weight ?? 0;
  return total === 0 ? 0 : weight / total;
}

/** Every deployment that a rule names: those are live. */
export function routedDeployments(table: RouteTable): ReadonlySet<string> {
  return new Set(table.rules.flatMap((rule) => rule.split.map((share) => share.deployment)));
}

/** The next table, with everyone on `deployment`; null takes the environment off the air (503). */
export function withStable(table: RouteTable, deployment: string | null): RouteTable {
  const rules =
    deployment === null ? [] : [{ audience: null, split: [{ deployment, weight: 1 }], key: null }];
  return { ...table, generation: table.generation + 1, rules };
}

/** The next table, with a preview of `deployment` on `port`. */
export function withPreview(table: RouteTable, deployment: string, port: number): RouteTable {
  return { ...table, generation: table.generation + 1, previews: { ...table.previews, [deployment]: port } };
}

/** The next table without the preview of `deployment`. */
export function withoutPreview(table: RouteTable, deployment: string): RouteTable {
  const previews = Object.fromEntries(Object.entries(table.previews).filter(([id]) => id !== deployment));
  return { ...table, generation: table.generation + 1, previews };
}

/** Every deployment that a rule or a preview names: the edge needs the addresses of each. */
export function namedDeployments(table: RouteTable): ReadonlySet<string> {
  return new Set([...routedDeployments(table), ...Object.keys(table.previews)]);
}

/**
 * How a table compares with the one in force: `newer` replaces it, `same` may be put again (with other backends), and
 * `stale` is refused: an older generation, or another table that claims the same one.
 */
export function compareTables(next: RouteTable, inForce: RouteTable): 'newer' | 'same' | 'stale' {
  if (next.generation !== inForce.generation) return next.generation > inForce.generation ? 'newer' : 'stale';
  return canonicalText(next) === canonicalText(inForce) ? 'same' : 'stale';
}

/**
 * The share of a split that `point` (0 up to, not including, 1) falls on: each share takes as much of that range as
 * its weight is of all weights. Null for an empty split.
 */
export function shareAt(split: readonly RouteShare[], point: number): string | null {
  let left = point * split.reduce((sum, share) => sum + share.weight, 0);
  for (const share of split) {
    left -= share.weight;
    if (left < 0) return share.deployment;
  }
  return split.at(-1)?.deployment ?? null;
}

function canonicalText(table: RouteTable): string {
  const previews = Object.entries(table.previews).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const rules = table.rules.map(({ audience, split, key }) => [
    audience,
    split.map((share) => [share.deployment, share.weight]),
    key,
  ]);
  return JSON.stringify([rules, previews]);
}
