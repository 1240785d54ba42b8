import { isMapping } from '../spec/draft.ts';
import type { Path } from '../spec/fault.ts';
import { readYaml } from '../spec/yaml-source.ts';
import type { YamlChange } from './yaml-change.ts';
import { removeInText } from './yaml-remove.ts';
import { setInText } from './yaml-set.ts';
import { rewritten } from './yaml-rewrite.ts';

/**
 * One change of a YAML text, everything else as it was. The place alone is replaced where that can be done; otherwise
 * the document is written anew with its comments. What comes out is read again, and has to hold what was meant and
 * nothing else; null: it cannot be edited, as it is broken, or as something that is no mapping is in the way.
 */
export function editYaml(text: string, change: YamlChange): string | null {
  const before = readYaml(text);
  if (before.faults.length > 0) return null;
  const value = before.value ?? Object.create(null);
  const meant = changed(value, change.path, change);
  if (meant === null) return null;
  if (JSON.stringify(value) === JSON.stringify(meant.value)) return text;
  const attempts = [() => splice(text, change), () => rewritten(text, change)];
  for (const attempt of attempts) {
    const edited = attempt();
    if (edited !== null && isMeant(edited, meant.value)) return edited;
  }
  return null;
}

function splice(text: string, change: YamlChange): string | null {
  return change.kind === 'set' ? setInText(text, change.path, change.value) : removeInText(text, change.path);
}

function isMeant(text: string, meant: unknown): boolean {
  const { value, faults } = readYaml(text);
  return faults.length === 0 && JSON.stringify(value) === JSON.stringify(meant);
}

/** The value with the change made; null where a path leads through something that is no mapping. */
function changed(value: unknown, path: Path, change: YamlChange): { readonly value: unknown } | null {
  const [step, ...rest] = path;
  if (step === undefined) return change.kind === 'set' ? { value: change.value } : null;
  if (value !== undefined && value !== null && !isMapping(value)) return null;
  const entries = new Map(Object.entries(value ?? {}));
  const key = String(step);
  if (rest.length === 0 && change.kind === 'remove') {
    entries.delete(key);
    return { value: mappingOf(entries) };
  }
  if (!entries.has(key) && change.kind === 'remove') return { value };
  const inner = changed(entries.get(key), rest, change);
  if (inner === null) return null;
  entries.set(key, inner.value);
  return { value: mappingOf(entries) };
}

function mappingOf(entries: ReadonlyMap<string, unknown>): object {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
