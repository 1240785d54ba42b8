import { bytes } from '../figures.ts';
import { cellOf, donePart, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts } from './facts.ts';
import { hasRoom, type PlaceObservation, type SeenPlace, standing } from './observation.ts';

/** Place reachable, edge up and on its table, what exists once up, room on the disk: as it was looked at. */
export function infrastructureSetup(facts: CellFacts): Cell {
  const { place: newest, environment, goOn, nowMs } = facts;
  const place = standing(newest, nowMs);
  if (place !== null) {
    const { observation } = place;
    const parts = [
      placePart(facts, place),
      edgePart(facts, place),
      databasePart(observation, place),
      diskPart(observation, place),
    ];
    return cellOf(parts, `place, edge and database of ${environment.name} are up, with room on the disk`);
  }
  const nobody =
    newest === null
      ? part('place', 'pending', `nothing was deployed to ${environment.name} yet`, { next: goOn })
      : part('place', 'undecided', `nobody has looked at ${environment.name} since ${newest.at}`, {
          at: newest.at,
          next: 'deployer status',
        });
  return cellOf([nobody], '');
}

function placePart({ deployment, environment, goOn }: CellFacts, place: SeenPlace): Part {
  const { target } = environment;
  const seen = seenIn(place);
  const found = place.observation.deployments.find((each) => each.deployment === deployment?.id);
  if (deployment === null || found === undefined) {
    return place.observation.decidedGeneration === 0
      ? part('place', 'pending', `nothing was deployed to ${environment.name} yet`, { next: goOn })
      : donePart('place', `the ${target} place answers`, seen);
  }
  if (found.state === 'absent' && deployment.isStable) {
    const reason = `nothing of ${deployment.id} answers at its place`;
    return part('place', 'failed', reason, { ...seen, next: 'deployer status' });
  }
  return donePart('place', `the ${target} place answers`, seen);
}

function edgePart({ environment, goOn }: CellFacts, place: SeenPlace): Part {
  const { edge, decidedGeneration } = place.observation;
  const seen = seenIn(place);
  const status = { ...seen, next: 'deployer status' };
  if (decidedGeneration === 0) {
    return part('edge', 'pending', `${environment.name} has no edge yet`, { next: goOn });
  }
  if (edge === null) return part('edge', 'failed', 'the edge does not run', status);
  if (edge.readyWorkers === 0) return part('edge', 'failed', 'the edge has no worker that listens', status);
  if (edge.generation !== decidedGeneration) {
    const reason = `the edge routes by table ${edge.generation}, and ${decidedGeneration} was decided`;
    return part('edge', 'failed', reason, status);
  }
  return donePart('edge', `the edge routes by table ${edge.generation}, as decided`, seen);
}

/** Deployer's own database answered, or nothing would be said here; what the integration keeps is looked at. */
function databasePart({ residents }: PlaceObservation, place: SeenPlace): Part {
  const down = residents.find(({ state }) => state !== 'ready');
  const seen = seenIn(place);
  if (down !== undefined) {
    const reason = `${down.component}, which exists once here, is ${down.state}`;
    return part('database', 'failed', reason, { ...seen, next: 'deployer status' });
  }
  const own = residents.map(({ component }) => component).join(', ');
  const reason = own === '' ? "Deployer's database answers" : `Deployer's database answers, ${own} is up`;
  return donePart('database', reason, seen);
}

function diskPart({ disk }: PlaceObservation, place: SeenPlace): Part {
  const room = hasRoom(disk);
  const seen = seenIn(place);
  const df = { ...seen, next: 'df -h' };
  if (room === null || disk.freeBytes === null) {
    return part('capacity', 'undecided', 'how much room the disk has could not be read', df);
  }
  const free = `${bytes(disk.freeBytes)} are free on the disk`;
  if (!room) return part('capacity', 'failed', `only ${free}; ${bytes(disk.neededBytes)} are needed`, df);
  return donePart('capacity', free, seen);
}

function seenIn({ at, evidence }: SeenPlace): { readonly at: string; readonly evidence: readonly string[] } {
  return { at, evidence: evidence === null ? [] : [evidence] };
}
