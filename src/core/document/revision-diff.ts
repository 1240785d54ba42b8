import { type DeploymentDocument, type Said, statementsOf } from './document.ts';
import { type SectionId, sections } from './statement.ts';
import { plainWords } from './words.ts';

/** What differs between two revisions of a document, by section; sections without a difference are left out. */
export interface RevisionDiff {
  readonly sections: readonly {
    readonly id: SectionId;
    readonly title: string;
    readonly changes: readonly StatementChange[];
  }[];
}

export interface StatementChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Of the statement. */
  readonly id: string;
  /** With its source; null: there was, or is, none. */
  readonly before: StatementText | null;
  readonly after: StatementText | null;
}

export interface StatementText {
  readonly text: string;
  readonly source: 'decided' | 'assumed' | 'observed';
  /** What contradicts it; null: nothing. */
  readonly drift: string | null;
}

/** Statements are compared by what they say and where it is known from, not by when it was seen. */
export function revisionDiff(before: DeploymentDocument, after: DeploymentDocument): RevisionDiff {
  const [old, now] = [byId(before), byId(after)];
  const ids = [...new Set([...now.keys(), ...old.keys()])];
  const changes = ids.flatMap((id): readonly { section: SectionId; change: StatementChange }[] => {
    const [was, is] = [old.get(id) ?? null, now.get(id) ?? null];
    const section = (is ?? was)?.section;
    if (section === undefined) return [];
    const [from, to] = [textOf(was), textOf(is)];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const kind = from === null ? 'added' : to === null ? 'removed' : 'changed';
    return [{ section, change: { kind, id, before: from, after: to } }];
  });
  return {
    sections: sections.flatMap(({ id, title }) => {
      const own = changes.filter(({ section }) => section === id).map(({ change }) => change);
      return own.length === 0 ? [] : [{ id, title, changes: own }];
    }),
  };
}

function byId(document: DeploymentDocument): ReadonlyMap<string, Said> {
  return new Map(statementsOf(document).map((said) => [said.id, said]));
}

function textOf(said: Said | null): StatementText | null {
  if (said === null) return null;
  return { text: plainWords(said.text), source: said.source.kind, drift: said.drift?.observed ?? null };
}
