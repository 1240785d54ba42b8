import type { Path } from '../spec/fault.ts';
import { isMapping } from '../spec/draft.ts';
import { valueAt } from '../spec/value-at.ts';
import { readYaml } from '../spec/yaml-source.ts';

/** A `deployer.yaml` as the questionnaire looks at it: what is written, not what defaults make of it. */
export interface SpecReading {
  readonly text: string;
  /** Names of environments in the order of promotion. */
  readonly environments: readonly string[];
  readonly roles: readonly string[];
  /** What is written at a path; undefined when nothing is. */
  at(path: Path): unknown;
}

/** Never throws: what cannot be read is not there. */
export function readSpec(text: string): SpecReading {
  const { value } = readYaml(text);
  const components = valueAt(value, ['components']);
  const environments = valueAt(value, ['environments']);
  return {
    text,
    environments: isMapping(environments) ? Object.keys(environments) : [],
    roles: isMapping(components)
      ? Object.values(components).flatMap((each) => {
          const role = valueAt(each, ['role']);
          return typeof role === 'string' ? [role] : [];
        })
      : [],
    at: (path) => valueAt(value, path) ?? undefined,
  };
}
