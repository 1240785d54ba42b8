import type { PlaceDrift } from './checklist.ts';
import type { PlaceObservation, SeenComponent, SeenDeployment } from './observation.ts';

/** What was decided about an environment, as far as its place can contradict it. */
export interface DecidedPlace {
  /** The deployment that should run; null: nothing was ever to. */
  readonly deployment: DecidedDeployment | null;
}

export interface DecidedDeployment {
  readonly id: string;
  /** Whether users are on it: workers that are started only then have to run. */
  readonly isStable: boolean;
  readonly components: readonly DecidedComponent[];
}

export interface DecidedComponent {
  readonly name: string;
  readonly artifact: string;
  readonly inputs: string;
  readonly replicas: number;
  readonly activation: 'always' | 'when-live';
}

/**
 * Where a place contradicts what was decided about it, what users notice first. Empty: nowhere. What was not seen
 * contradicts nothing.
 */
export function driftOf(decided: DecidedPlace, seen: PlaceObservation): readonly PlaceDrift[] {
  const { deployment } = decided;
  return [...edgeDrift(seen), ...(deployment === null ? [] : deploymentDrift(deployment, seen))];
}

function edgeDrift({ edge, edgeUnseen, decidedGeneration }: PlaceObservation): readonly PlaceDrift[] {
  if (decidedGeneration === 0 || edgeUnseen !== null) return [];
  if (edge === null) return [place('edge', 'the edge does not run')];
  if (edge.generation === decidedGeneration) return [];
  return [place('edge', `the edge routes by table ${edge.generation}, and ${decidedGeneration} was decided`)];
}

function deploymentDrift(decided: DecidedDeployment, seen: PlaceObservation): readonly PlaceDrift[] {
  const found = seen.deployments.find(({ deployment }) => deployment === decided.id);
  if (found === undefined || found.state === 'absent') {
    return [place('deployment', `nothing of ${decided.id} runs`)];
  }
  if (found.state === 'unseen') return [];
  return decided.components
    .filter(({ activation }) => activation === 'always' || decided.isStable)
    .flatMap((component) => componentDrift(component, found));
}

function componentDrift(decided: DecidedComponent, { components }: SeenDeployment): readonly PlaceDrift[] {
  const { name } = decided;
  const seen = components.find((component) => component.name === name);
  if (seen === undefined) return [{ kind: 'replicas', component: name, observed: `nothing of ${name} runs` }];
  const about = (kind: PlaceDrift['kind'], observed: string): PlaceDrift => ({
    kind,
    component: name,
    observed,
  });
  const runsOther = seen.artifact !== null && seen.artifact !== decided.artifact;
  const hasOtherInputs = seen.inputs !== null && seen.inputs !== decided.inputs && !runsOther;
  return [
    ...(runsOther
      ? [about('artifact', `${name} runs ${seen.artifact}, and ${decided.artifact} was released`)]
      : []),
    ...(hasOtherInputs ? [about('configuration', `${name} runs with other settings than were decided`)] : []),
    ...(seen.ready === decided.replicas ? [] : [about('replicas', replicasText(decided, seen))]),
  ];
}

function replicasText({ name, replicas }: DecidedComponent, { ready }: SeenComponent): string {
  return `${ready} of ${replicas} replicas of ${name} ${ready === 1 ? 'is' : 'are'} ready`;
}

function place(kind: PlaceDrift['kind'], observed: string): PlaceDrift {
  return { kind, component: null, observed };
}
