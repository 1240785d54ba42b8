import type { IntegrationDefinition } from '../definition/integration.ts';
import { gateKinds, type Stage, type StageKind } from '../pipeline/plan.ts';
import type { Diagram, DiagramNode } from './document.ts';

/** The stages from commit to users, by environment, gates and people's decisions told apart. */
export function pipelineDiagram(
  { environments }: Pick<IntegrationDefinition, 'environments'>,
  stages: readonly Stage[],
): Diagram {
  const nodes = stages.map((stage, index): DiagramNode => ({
    id: `s${index}`,
    label: stage.name,
    detail: null,
    kind: kindOf(stage.kind),
    // No environment can be called that.
    group: stage.environment ?? 'the release',
  }));
  const names = environments.map(({ name }) => name).join(', then ');
  return {
    id: 'pipeline',
    title: 'The pipeline',
    description: `A commit becomes a release once, which then passes ${names}: ${nodes.length} steps, of which ${nodes.filter(({ kind }) => kind === 'gate').length} are gates and ${nodes.filter(({ kind }) => kind === 'decision').length} are decisions of people.`,
    nodes,
    arrows: nodes.slice(1).map(({ id }, index) => ({
      from: `s${index}`,
      to: id,
      label: null,
      isEncrypted: true,
    })),
  };
}

function kindOf(kind: StageKind): DiagramNode['kind'] {
  if (kind === 'approval' || kind === 'uat') return 'decision';
  return gateKinds.has(kind) || kind === 'verify' ? 'gate' : 'stage';
}
