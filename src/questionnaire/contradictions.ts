import { durationMs } from '../spec/units.ts';
import type { AnswerValue } from './question.ts';

export interface Contradiction {
  readonly a: string;
  readonly b: string;
  /** Why both cannot be true, as a sentence. */
  readonly because: string;
}

interface Rule extends Contradiction {
  readonly clash: (a: AnswerValue, b: AnswerValue) => boolean;
}

/** Pairs of answers that cannot both be true. `valueOf` gives what somebody decided; null: nobody did. */
export function contradictionsIn(
  valueOf: (question: string) => AnswerValue | null,
): readonly Contradiction[] {
  return rules.filter(({ a, b, clash }) => {
    const [first, second] = [valueOf(a), valueOf(b)];
    return first !== null && second !== null && clash(first, second);
  });
}

/** Questions whose answers a rule looks at. */
export function contradictable(): readonly string[] {
  return [...new Set(rules.flatMap(({ a, b }) => [a, b]))];
}

const rules: readonly Rule[] = [
  {
    a: 'pipeline.approvers',
    b: 'pipeline.approvals',
    because: 'More people must approve than are named.',
    clash: (approvers, approvals) => listOf(approvers).length < Number(approvals),
  },
  {
    a: 'pipeline.approval',
    b: 'pipeline.approvers',
    because: 'Where nobody approves, nobody is named for it.',
    clash: (approval) => approval === 'nobody',
  },
  {
    a: 'pipeline.approval',
    b: 'pipeline.approvals',
    because: 'Where nobody approves, there is no number of approvals.',
    clash: (approval) => approval === 'nobody',
  },
  {
    a: 'rollback.watch',
    b: 'rollback.keep',
    because: 'The former deployment has to be there as long as the new one is watched.',
    clash: (watch, keep) => msOf(keep) < msOf(watch),
  },
  {
    a: 'environments.users',
    b: 'launch.phases',
    because: 'A beta outside has users outside.',
    clash: (users, phases) => users === 'internal' && listOf(phases).includes('external-beta'),
  },
  {
    a: 'infrastructure.place',
    b: 'infrastructure.orchestration',
    because: 'What components run as decides what keeps them running.',
    clash: (place, keeper) => !(keepersOf[String(place)] ?? []).includes(String(keeper)),
  },
  {
    a: 'infrastructure.cloud',
    b: 'infrastructure.orchestration',
    because: 'Amazon ECS runs on AWS.',
    clash: (cloud, keeper) => keeper === 'ecs' && cloud !== 'aws',
  },
  {
    a: 'infrastructure.cloud',
    b: 'infrastructure.iac',
    because: 'CloudFormation describes AWS alone, and Bicep Azure.',
    clash: (cloud, tool) =>
      (tool === 'cloudformation' && cloud !== 'aws') || (tool === 'bicep' && cloud !== 'azure'),
  },
  {
    a: 'infrastructure.cloud',
    b: 'infrastructure.registry',
    because: 'That registry is part of another cloud.',
    clash: (cloud, registry) => isOfAnother(cloud, cloudOfRegistry[String(registry)]),
  },
  {
    a: 'infrastructure.cloud',
    b: 'configuration.secrets',
    because: 'Those secrets are kept in another cloud.',
    clash: (cloud, keeper) => isOfAnother(cloud, cloudOfKeeper[String(keeper)]),
  },
  {
    a: 'pipeline.ci',
    b: 'pipeline.start',
    because: 'Where there is no CI tool, no job of one starts a ship.',
    clash: (tool, start) => tool === 'none' && start === 'ci',
  },
  {
    a: 'security.model-data',
    b: 'configuration.model',
    because: 'Whoever serves that model gets to see what is sent to it.',
    clash: (seen, model) => seen === 'own' && hostedProvider.test(String(model)),
  },
  {
    a: 'security.data',
    b: 'security.frameworks',
    because: 'Health data is under rules wherever its patients are.',
    clash: (data, frameworks) => listOf(data).includes('health') && listOf(frameworks).length === 0,
  },
  {
    a: 'security.data',
    b: 'security.frameworks',
    because: 'Rules for data of people or cards apply where there is such data.',
    clash: (data, frameworks) =>
      listOf(data).every((kind) => kind === 'public') &&
      listOf(frameworks).some((framework) => ['gdpr', 'hipaa', 'pci-dss'].includes(framework)),
  },
];

const keepersOf: Readonly<Record<string, readonly string[]>> = {
  process: ['deployer'],
  docker: ['deployer', 'compose', 'ecs', 'nomad'],
  kubernetes: ['kubernetes'],
};

const cloudOfRegistry: Readonly<Record<string, string>> = {
  ecr: 'aws',
  'artifact-registry': 'gcp',
  acr: 'azure',
};

const cloudOfKeeper: Readonly<Record<string, string>> = {
  'aws-secrets-manager': 'aws',
  'gcp-secret-manager': 'gcp',
  'azure-key-vault': 'azure',
};

/** Providers that nobody runs on machines of their own; `openai-compatible` is a protocol, and may be anybody's. */
const hostedProvider =
  /^(?:openai|anthropic|google|gemini|vertex(?:-ai)?|bedrock|azure(?:-openai)?|mistral|cohere|groq|together|deepseek|xai|openrouter)\//i;

function isOfAnother(cloud: AnswerValue, needed: string | undefined): boolean {
  return needed !== undefined && needed !== cloud;
}

function listOf(value: AnswerValue): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function msOf(value: AnswerValue): number {
  return durationMs(String(value)) ?? 0;
}
