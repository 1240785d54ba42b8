import { expect, test } from 'vitest';

import { contradictionsIn } from './contradictions.ts';
import type { AnswerValue } from './question.ts';

type Given = Readonly<Record<string, AnswerValue>>;

function clashesOf(given: Given): readonly string[] {
  return contradictionsIn((id) => given[id] ?? null).map(({ a, b }) => `${a} ${b}`);
}

test.each<Given>([
  { 'infrastructure.cloud': 'none', 'infrastructure.registry': 'ecr' },
  { 'infrastructure.cloud': 'none', 'infrastructure.registry': 'artifact-registry' },
  { 'infrastructure.cloud': 'none', 'infrastructure.registry': 'acr' },
  { 'infrastructure.cloud': 'aws', 'infrastructure.registry': 'acr' },
  { 'infrastructure.cloud': 'gcp', 'infrastructure.registry': 'ecr' },
  { 'infrastructure.cloud': 'gcp', 'configuration.secrets': 'aws-secrets-manager' },
  { 'infrastructure.cloud': 'none', 'configuration.secrets': 'azure-key-vault' },
  { 'pipeline.ci': 'none', 'pipeline.start': 'ci' },
  { 'security.model-data': 'own', 'configuration.model': 'openai/gpt-4o' },
  { 'security.data': ['internal', 'health'], 'security.frameworks': [] },
])('%j cannot both be true', (given) => {
  expect(clashesOf(given)).toEqual([Object.keys(given).join(' ')]);
});

test.each<Given>([
  { 'infrastructure.cloud': 'aws', 'infrastructure.registry': 'ecr' },
  { 'infrastructure.cloud': 'aws', 'infrastructure.registry': 'ghcr' },
  { 'infrastructure.cloud': 'none', 'infrastructure.registry': 'own' },
  { 'infrastructure.cloud': 'gcp', 'configuration.secrets': 'vault' },
  { 'infrastructure.cloud': 'gcp', 'configuration.secrets': 'gcp-secret-manager' },
  { 'pipeline.ci': 'jenkins', 'pipeline.start': 'ci' },
  { 'pipeline.ci': 'none', 'pipeline.start': 'commit' },
  { 'security.model-data': 'own', 'configuration.model': 'openai-compatible/llama-3' },
  { 'security.model-data': 'all', 'configuration.model': 'openai/gpt-4o' },
  { 'security.data': ['health'], 'security.frameworks': ['hipaa'] },
  { 'security.data': ['internal'], 'security.frameworks': [] },
])('%j go together', (given) => {
  expect(clashesOf(given)).toEqual([]);
});
