import { cellOf, donePart, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import { driftOf } from './drift.ts';
import type { CellFacts, DeploymentOfRelease } from './facts.ts';
import { type SeenDeployment, seenIn, standing, unseenText } from './observation.ts';
import { changingPart } from './changing-part.ts';
import { canContradict } from './place-change.ts';

/** The digest that was released is the digest that runs, on every replica, as its place says. */
export function codeDeployment(facts: CellFacts): Cell {
  const { deployment, environment, place: newest, judges, goOn, nowMs } = facts;
  const one = (only: Part): Cell => cellOf([only], '');
  if (deployment === null) {
    return one(part('deployment', 'pending', `not deployed to ${environment.name}`, { next: goOn }));
  }
  const place = standing(newest, nowMs);
  const seen = place?.observation.deployments.find((each) => each.deployment === deployment.id);
  if (!deployment.isStable && judges === 'now') {
    const where = seen === undefined ? 'no longer runs' : 'runs beside what users have';
    return one(part('deployment', 'pending', `${deployment.id} ${where}`, { next: goOn }));
  }
  if (place?.change === 'moved' && seen === undefined) return one(changingPart('deployment', place, facts));
  if (place === null || seen === undefined) {
    const reason = `nobody has seen what runs of ${deployment.id}`;
    return one(part('deployment', 'undecided', reason, { next: 'deployer status' }));
  }
  const drift = driftOf({ deployment }, place.observation).filter(({ kind }) => kind !== 'edge');
  const at = seenIn(place);
  if (seen.state === 'unseen') {
    const reason = unseenText(deployment.id, seen.reason);
    return one(part('deployment', 'undecided', reason, { ...at, next: 'deployer status' }));
  }
  if (drift.length > 0 && !canContradict(place, facts)) {
    return one(changingPart('deployment', place, facts));
  }
  if (drift.some(({ component }) => component === null)) {
    return one(
      part('deployment', 'failed', `nothing of ${deployment.id} runs`, { ...at, next: 'deployer status' }),
    );
  }
  const parts = deployment.components
    .filter(({ activation }) => activation === 'always' || deployment.isStable)
    .map(({ name, replicas }): Part => {
      const wrong = drift.filter(({ component }) => component === name).map(({ observed }) => observed);
      const next = `deployer logs ${environment.name} ${name}`;
      if (wrong.length > 0) return part(name, 'failed', wrong.join('; '), { ...at, next });
      return knows(seen, name)
        ? donePart(name, `${replicas} of ${replicas} replicas run what was released`, at)
        : part(name, 'undecided', `which digest ${name} runs is not known: its supervisor is of before`, at);
    });
  return cellOf(parts, doneText(deployment));
}

function knows({ components }: SeenDeployment, name: string): boolean {
  return components.some((component) => component.name === name && component.artifact !== null);
}

function doneText({ id, components }: DeploymentOfRelease): string {
  const replicas = components.reduce((sum, component) => sum + component.replicas, 0);
  return `${id} runs what was released, on ${replicas === 1 ? 'its replica' : `all ${replicas} replicas`}`;
}
