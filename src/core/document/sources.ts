import type { EnvironmentDefinition } from '../definition/integration.ts';
import type { DocumentFacts } from './facts.ts';
import type { Drift, StatementSource } from './statement.ts';

/** Why a value holds that nobody wrote down, and the question that would settle it. */
export interface Otherwise {
  readonly because: string;
  readonly question?: string;
}

/**
 * Decided by the first of the paths that `deployer.yaml` has; assumed when it has none. Without the text of the file
 * whatever holds is taken for decided: its content is what was judged.
 */
export function fromSpec(
  { stated }: Pick<DocumentFacts, 'stated'>,
  paths: readonly [string, ...string[]],
  { because, question }: Otherwise,
): StatementSource {
  const path = stated === null ? paths[0] : paths.find((each) => stated.has(each));
  if (path !== undefined) return { kind: 'decided', by: { kind: 'spec', path } };
  return { kind: 'assumed', because, question: question ?? null };
}

/** Always written: the file is refused without. */
export function writtenAt(path: string): StatementSource {
  return { kind: 'decided', by: { kind: 'spec', path } };
}

/** Where a key of an environment's shape may stand: in its own section, or in that of the one it mirrors. */
export function shapePaths(
  { name, mirrors }: Pick<EnvironmentDefinition, 'name' | 'mirrors'>,
  key: string,
): readonly [string, ...string[]] {
  const own = `environments.${name}.${key}`;
  return mirrors === null ? [own] : [own, `environments.${mirrors}.${key}`];
}

export function observed(at: string, evidence: string | null = null): StatementSource {
  return { kind: 'observed', at, evidence };
}

export function driftOn({ drifts }: Pick<DocumentFacts, 'drifts'>, statement: string): Drift | null {
  return drifts.find((found) => found.statement === statement)?.drift ?? null;
}
