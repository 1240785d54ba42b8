import { draftOf } from './draft.ts';
import { explainIssue } from './explain-issue.ts';
import type { Fault, Path } from './fault.ts';
import { rules } from './rules/all.ts';
import type { RuleContext } from './rules/rule.ts';
import { spec as specSchema, type Spec } from './schema/spec.ts';
import { valueAt } from './value-at.ts';
import type { YamlSource } from './yaml-source.ts';

export interface Judgement {
  readonly faults: readonly Fault[];
  /** The definition as written; null when one of the faults is an error. */
  readonly spec: Spec | null;
}

/** Asks the syntax, then the schema, then the rules across fields, which see what the schema left. */
export function judge(source: YamlSource, about: Pick<RuleContext, 'folder' | 'fileExists'>): Judgement {
  const { value, brokenAt } = source;
  const issues = specSchema.safeParse(value).error?.issues ?? [];
  const explained = issues.flatMap((issue) => explainIssue(issue, (path) => valueAt(value, path)));
  const shape = withoutConsequences(explained, source.faults);
  if (brokenAt !== null) {
    // What follows a break may have been read as something else, and what seems to be missing may stand there.
    const sure = shape.filter((fault) => source.holds(fault.path) && source.offsetOf(fault) < brokenAt);
    return { faults: [...source.faults, ...sure], spec: null };
  }
  const draft = draftOf(value, issues);
  const context: RuleContext = { ...about, draft, writtenAt: (path) => source.writtenAt(path) };
  const faults = [...source.faults, ...shape, ...rules.flatMap((rule) => rule.judge(context))];
  const isUsable = faults.every(({ severity }) => severity === 'warning');
  // Nothing was refused, so nothing is missing in the draft.
  return { faults, spec: isUsable ? (draft as Spec) : null };
}

/** An alias that leads nowhere reads as empty; to say that it must be text as well would not help. */
function withoutConsequences(shape: readonly Fault[], causes: readonly Fault[]): readonly Fault[] {
  const unread = new Set(causes.map(({ path }) => pathKey(path)));
  return shape.filter(({ path }) => path.length === 0 || !unread.has(pathKey(path)));
}

function pathKey(path: Path): string {
  return JSON.stringify(path);
}
