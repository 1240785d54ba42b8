import type { Role } from '../../core/definition/integration.ts';
import { sdksOf } from '../findings/agent-sdks.ts';
import { placeText } from '../findings/finding.ts';
import type { Candidate } from './candidates.ts';
import { nameFrom } from './names.ts';

export interface GuessedRole {
  readonly role: Role;
  /** Why, as part of a sentence. */
  readonly because: string;
}

/** Names that say what a component is, whatever it depends on. */
const tellingNames: readonly (readonly [Role, RegExp])[] = [
  ['api-gateway', /(?:^|-)(?:gateway|bff|ingress|edge|proxy)(?:-|$)/],
  ['worker', /(?:^|-)(?:worker|workers|consumer|queue|jobs?|cron|scheduler|beat|celery|digest)(?:-|$)/],
  ['tools', /(?:^|-)(?:tools?|mcp|toolbox|functions|plugins?)(?:-|$)/],
  ['transform', /(?:^|-)(?:transform|transformer|mapper|mapping|adapter|etl|normali[sz]er|converter)(?:-|$)/],
  ['model', /(?:^|-)(?:model|models|llm|inference|embeddings?|embedder|vllm|ollama)(?:-|$)/],
  ['agent', /(?:^|-)(?:agents?|assistant|bot|chatbot|copilot|orchestrator|planner)(?:-|$)/],
];
/** These say it only where nothing else does: an agent is often a folder `api`. */
const vagueNames: readonly (readonly [Role, RegExp])[] = [
  ['api-gateway', /(?:^|-)(?:api|apis|backend-for-frontend|public)(?:-|$)/],
];

export function guessRole(candidate: Candidate, listens: boolean): GuessedRole {
  const { called, package: own } = candidate;
  return (
    byName(called, tellingNames) ??
    bySdk(candidate, listens) ??
    byName(called, vagueNames) ??
    byName(own?.name ?? null, tellingNames) ?? { role: 'service', because: 'nothing says more about it' }
  );
}

function byName(name: string | null, names: readonly (readonly [Role, RegExp])[]): GuessedRole | null {
  const word = nameFrom(name ?? '') ?? '';
  const role = names.find(([, pattern]) => pattern.test(word))?.[0];
  return role === undefined ? null : { role, because: 'by its name' };
}

const byUse = [
  ['agent', 'agent'],
  ['tools', 'tools'],
  ['model', 'model'],
  ['queue', 'worker'],
] as const;

/** A queue makes a worker only of what takes no requests: web servers put work into queues, too. */
function bySdk({ package: own }: Candidate, listens: boolean): GuessedRole | null {
  const found = own === null ? [] : sdksOf(own);
  for (const [use, role] of byUse) {
    const sdk = found.find((each) => each.use === use);
    if (sdk === undefined || (use === 'queue' && listens)) continue;
    return { role, because: `it depends on ${sdk.dependency.name} (${placeText(sdk.dependency.at)})` };
  }
  return null;
}
