import { bytes } from '../figures.ts';
import { cellOf, donePart, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts } from './facts.ts';
import {
  hasRoom,
  type PlaceObservation,
  type SeenPlace,
  type SeenResident,
  standing,
  unseenText,
} from './observation.ts';

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

/** Answered by what should be there of the release, else by what is there instead. */
function placePart({ deployment, environment, goOn }: CellFacts, place: SeenPlace): Part {
  const { deployments, decidedGeneration } = place.observation;
  const own = deployments.find((each) => each.deployment === deployment?.id);
  const found = own ?? deployments.find(({ state }) => state === 'ready') ?? deployments[0];
  const seen = { ...seenIn(place), next: 'deployer status' };
  if (found === undefined) {
    return decidedGeneration === 0
      ? part('place', 'pending', `nothing was deployed to ${environment.name} yet`, { next: goOn })
      : part('place', 'undecided', `nothing runs in ${environment.name} that could answer`, seen);
  }
  const why = found.reason === null ? '' : `: ${found.reason.replace(/\.$/, '')}`;
  switch (found.state) {
    case 'ready':
      return donePart('place', `the ${environment.target} place answers`, seenIn(place));
    case 'unseen':
      return part('place', 'undecided', unseenText(found.deployment, found.reason), seen);
    case 'starting':
      return part('place', 'pending', `${found.deployment} is starting${why}`, seen);
    case 'absent':
      return part('place', 'failed', `nothing of ${found.deployment} answers at its place`, seen);
    case 'degraded':
    case 'failed':
      return part('place', 'failed', `${found.deployment} is ${found.state}${why}`, seen);
  }
}

function edgePart({ environment, goOn }: CellFacts, place: SeenPlace): Part {
  const { edge, edgeUnseen, decidedGeneration } = place.observation;
  const seen = seenIn(place);
  const status = { ...seen, next: 'deployer status' };
  if (decidedGeneration === 0) {
    return part('edge', 'pending', `${environment.name} has no edge yet`, { next: goOn });
  }
  if (edgeUnseen !== null) return part('edge', 'undecided', unseenText('the edge', edgeUnseen), status);
  if (edge === null) return part('edge', 'failed', 'the edge does not run', status);
  if (edge.readyWorkers === 0) return part('edge', 'failed', 'the edge has no worker that listens', status);
  if (edge.generation !== decidedGeneration) {
    const reason = `the edge routes by table ${edge.generation}, and ${decidedGeneration} was decided`;
    return part('edge', 'failed', reason, status);
  }
  return donePart('edge', `the edge routes by table ${edge.generation}, as decided`, seen);
}

/** When Deployer's own database answered is in what was seen, as is what the integration keeps itself. */
function databasePart({ residents, databaseAt }: PlaceObservation, place: SeenPlace): Part {
  const isDown = ({ state }: SeenResident): boolean => state !== 'ready' && state !== 'unseen';
  const down = residents.find(isDown) ?? residents.find(({ state }) => state === 'unseen');
  const seen = seenIn(place);
  if (down?.state === 'unseen') {
    const reason = unseenText(down.component, down.reason);
    return part('database', 'undecided', reason, { ...seen, next: 'deployer status' });
  }
  if (down !== undefined) {
    const reason = `${down.component}, which exists once here, is ${down.state}`;
    return part('database', 'failed', reason, { ...seen, next: 'deployer status' });
  }
  const own = residents.map(({ component }) => component).join(', ');
  const reason = own === '' ? "Deployer's database answers" : `Deployer's database answers, ${own} is up`;
  return donePart('database', reason, { ...seen, at: databaseAt });
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
