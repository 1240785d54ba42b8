import { dotted } from '../spec/fault.ts';
import { loadSpec } from '../spec/load.ts';
import { valueAt } from '../spec/value-at.ts';
import { readYaml } from '../spec/yaml-source.ts';
import type { QuestionEdits, SpecEdit } from './settlement.ts';
import type { YamlChange } from './yaml-change.ts';
import { editYaml } from './yaml-edit.ts';

export interface EditedSpec {
  readonly text: string;
  /** Ids of questions whose edits were made. */
  readonly made: readonly string[];
}

/**
 * Makes edits of a `deployer.yaml`, those of one question all or none. They are refused where the file would get an
 * error that it did not have. Some only do together: three approvals and the third approver, in either order; so all
 * are tried at once, then one by one until none does any more, then two at a time. `reluctant` ones are made only as
 * the second of two, where another one needs them.
 */
export function editSpec(
  text: string,
  wanted: readonly QuestionEdits[],
  reluctant: readonly QuestionEdits[] = [],
): EditedSpec {
  if (wanted.length === 0) return { text, made: [] };
  const all = attempt(text, wanted);
  if (typeof all !== 'string') return { text: all.text, made: idsOf(wanted) };
  let current = text;
  const made: string[] = [];
  let left = wanted;
  for (const groupsOf of [singles, (each: readonly QuestionEdits[]) => pairs(each, reluctant)]) {
    for (;;) {
      const next = firstThatDoes(current, groupsOf(left));
      if (next === null) break;
      current = next.text;
      made.push(...idsOf(next.group));
      left = left.filter((each) => !next.group.includes(each));
    }
  }
  return { text: current, made };
}

/** Why single edits could not be made, by question. None where all of them do together. */
export function reasonsAgainst(text: string, wanted: readonly QuestionEdits[]): ReadonlyMap<string, string> {
  if (wanted.length === 0 || typeof attempt(text, wanted) !== 'string') return new Map();
  return new Map(
    wanted.flatMap((each): readonly (readonly [string, string])[] => {
      const outcome = attempt(text, [each]);
      return typeof outcome === 'string' ? [[each.question, outcome]] : [];
    }),
  );
}

type Groups = readonly (readonly QuestionEdits[])[];

interface Group {
  readonly group: readonly QuestionEdits[];
  readonly text: string;
}

function firstThatDoes(text: string, groups: Groups): Group | null {
  for (const group of groups) {
    const outcome = attempt(text, group);
    if (typeof outcome !== 'string') return { group, text: outcome.text };
  }
  return null;
}

function singles(edits: readonly QuestionEdits[]): Groups {
  return edits.map((each) => [each]);
}

function pairs(edits: readonly QuestionEdits[], reluctant: readonly QuestionEdits[]): Groups {
  return edits.flatMap((first, index) =>
    [...edits.slice(index + 1), ...reluctant].map((second) => [first, second]),
  );
}

function idsOf(group: readonly QuestionEdits[]): readonly string[] {
  return group.map(({ question }) => question);
}

/** The text with all edits made, or why it could not be. */
function attempt(text: string, group: readonly QuestionEdits[]): { readonly text: string } | string {
  let edited = text;
  for (const edit of group.flatMap(({ edits }) => edits)) {
    const next = withEdit(edited, edit);
    if (next === null)
      return `It cannot be edited at ${dotted(edit.path)}: correct it first (deployer check).`;
    edited = next;
  }
  const fresh = errorsOf(edited);
  if (fresh.length === 0) return { text: edited };
  const before = new Set(errorsOf(text));
  return fresh.find((error) => !before.has(error)) ?? { text: edited };
}

function withEdit(text: string, edit: SpecEdit): string | null {
  const current = valueAt(readYaml(text).value, edit.path);
  const change = changeFor(edit, current);
  return change === null ? text : editYaml(text, change);
}

function changeFor(edit: SpecEdit, current: unknown): YamlChange | null {
  const { path } = edit;
  const list: readonly unknown[] = Array.isArray(current) ? current : [];
  switch (edit.kind) {
    case 'set':
      return { kind: 'set', path, value: edit.value };
    case 'default':
      return current === undefined || current === null ? { kind: 'set', path, value: edit.value } : null;
    case 'remove':
      return { kind: 'remove', path };
    case 'include':
      return { kind: 'set', path, value: [...list.filter((item) => item !== edit.item), edit.item] };
    case 'exclude':
      return { kind: 'set', path, value: list.filter((item) => item !== edit.item) };
  }
}

/** What is wrong with the file, without places, which move. */
function errorsOf(text: string): readonly string[] {
  const { problems } = loadSpec({ text, file: 'deployer.yaml', folder: '.' });
  return problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}
