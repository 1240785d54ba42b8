import type { IntegrationDefinition } from '../core/integration.ts';
import { loadSpec } from '../spec/load.ts';
import type { Path } from '../spec/fault.ts';
import { isMapping } from '../spec/draft.ts';
import { valueAt } from '../spec/value-at.ts';
import { readYaml } from '../spec/yaml-source.ts';

/** A `deployer.yaml` as the questionnaire looks at it: what is written, not what defaults make of it. */
export interface SpecReading {
  readonly text: string;
  /** Null while it has errors. */
  readonly definition: IntegrationDefinition | null;
  /** Names of environments in the order of promotion. */
  readonly environments: readonly string[];
  readonly roles: readonly string[];
  /** What is written at a path; undefined when nothing is. */
  at(path: Path): unknown;
  /** `deployer.yaml:60`: the line of what stands at the path, or of what it is missing in. */
  placeOf(path: Path): string;
}

/** Never throws: what cannot be read is not there. */
export function readSpec(text: string, file = 'deployer.yaml'): SpecReading {
  const source = readYaml(text);
  const { value } = source;
  const components = valueAt(value, ['components']);
  const environments = valueAt(value, ['environments']);
  return {
    text,
    definition: loadSpec({ text, file, folder: '.' }).definition,
    environments: isMapping(environments) ? Object.keys(environments) : [],
    roles: isMapping(components)
      ? Object.values(components).flatMap((each) => {
          const role = valueAt(each, ['role']);
          return typeof role === 'string' ? [role] : [];
        })
      : [],
    at: (path) => valueAt(value, path) ?? undefined,
    placeOf(path) {
      const offset = source.offsetOf({ path, on: 'key', message: '', hint: '', severity: 'error' });
      return `${file}:${source.positionAt(offset).line}`;
    },
  };
}

/** `environments.production.watch.seconds` as its keys. Names in a definition have no dots. */
export function pathOf(text: string): Path {
  return text.split('.');
}

