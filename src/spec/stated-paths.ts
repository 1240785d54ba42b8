import { isMapping } from './draft.ts';
import { readYaml } from './yaml-source.ts';

/**
 * Dotted paths of everything that a `deployer.yaml` says, mappings and what is in them; a list counts as a whole. What
 * is not among them holds by default.
 */
export function statedPaths(text: string): ReadonlySet<string> {
  const paths = new Set<string>();
  collect(readYaml(text).value, '', paths);
  return paths;
}

function collect(value: unknown, at: string, paths: Set<string>): void {
  if (at !== '') paths.add(at);
  if (!isMapping(value)) return;
  for (const [key, item] of Object.entries(value)) collect(item, at === '' ? key : `${at}.${key}`, paths);
}
