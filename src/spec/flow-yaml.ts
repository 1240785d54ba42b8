import { stringify } from 'yaml';

/** YAML on one line, as a person would type it. */
export function flowYaml(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}
