import { entriesOf, type Draft, type SpecDraft } from '../draft.ts';
import type { Fault, Path } from '../fault.ts';
import type { ComponentSection } from '../schema/components.ts';
import type { EnvironmentSection } from '../schema/environments.ts';

/** What a rule across fields may look at. */
export interface RuleContext {
  readonly draft: SpecDraft;
  /** Folder of the file inside the repository, `.` at its root. */
  readonly folder: string;
  /** Whether something is at a path relative to that folder; null when nobody can say. */
  readonly fileExists: ((path: string) => boolean) | null;
  /** A scalar as it is written in the file. */
  writtenAt(path: Path): string | null;
}

/** One rule of the contract that no single field can break. Pure, and total: any part of the draft may be missing. */
export type Rule = (context: RuleContext) => readonly Fault[];

/** A rule that looks at one component at a time. */
export function perComponent(
  judge: (component: Draft<ComponentSection>, at: Path) => readonly Fault[],
): Rule {
  return ({ draft }) =>
    entriesOf(draft.components).flatMap(([name, component]) => judge(component, ['components', name]));
}

/** A rule that looks at one environment at a time. */
export function perEnvironment(judge: (environment: JudgedEnvironment) => readonly Fault[]): Rule {
  return ({ draft }) => {
    const last = Object.keys(draft.environments ?? {}).at(-1);
    return entriesOf(draft.environments).flatMap(([name, section]) =>
      judge({ name, section, at: ['environments', name], isLast: name === last, draft }),
    );
  };
}

export interface JudgedEnvironment {
  readonly name: string;
  readonly section: Draft<EnvironmentSection>;
  readonly at: Path;
  readonly isLast: boolean;
  readonly draft: SpecDraft;
}
