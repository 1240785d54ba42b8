import { parseSecretReference, secretName } from '../../core/secrets/secret-reference.ts';
import { readYaml } from '../../spec/yaml-source.ts';

/** Names of secrets that a `deployer.yaml` refers to and that Deployer keeps, each once: `agent#OPENAI_API_KEY`. */
export function secretsIn(specText: string): readonly string[] {
  const references = textsIn(readYaml(specText).value).flatMap((text) => parseSecretReference(text) ?? []);
  const kept = references.filter(({ provider }) => provider === 'local');
  return [...new Set(kept.map((reference) => secretName({ ...reference, version: null })))];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
