import { bytes } from '../texts/figures.ts';
import { cellOf, donePart, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import { driftOf } from './drift.ts';
import type { CellFacts } from './facts.ts';
import { hasRoom, type SeenPlace, seenIn, type SeenResident, standing, unseenText } from './observation.ts';
import { changingPart } from './changing-part.ts';
import { memoryPart } from './memory-part.ts';
import { canContradict } from './place-change.ts';

/** Place reachable, edge up and on its table, what exists once up, room on the disk and in memory: as it was seen. */
export function infrastructureSetup(facts: CellFacts): Cell {
  const { place: newest, environment, goOn, nowMs } = facts;
  const place = standing(newest, nowMs);
  if (place !== null) {
    const parts = [
      placePart(facts, place),
      edgePart(facts, place),
      databasePart(facts, place),
      diskPart(place),
      memoryPart(facts, place),
    ];
    return cellOf(parts, `place, edge and database of ${environment.name} are up, with room for it`);
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
function placePart(facts: CellFacts, place: SeenPlace): Part {
  const { deployment, environment, goOn } = facts;
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
      if (place.change === 'moved') return changingPart('place', place, facts);
      return part('place', 'failed', `nothing of ${found.deployment} answers at its place`, seen);
    case 'degraded':
    case 'failed':
      if (place.change === 'moved') return changingPart('place', place, facts);
      return part('place', 'failed', `${found.deployment} is ${found.state}${why}`, seen);
  }
}

function edgePart(facts: CellFacts, place: SeenPlace): Part {
  const { environment, goOn } = facts;
  const { edge, edgeUnseen, decidedGeneration } = place.observation;
  const seen = seenIn(place);
  const status = { ...seen, next: 'deployer status' };
  if (decidedGeneration === 0) {
    return part('edge', 'pending', `${environment.name} has no edge yet`, { next: goOn });
  }
  if (edgeUnseen !== null) return part('edge', 'undecided', unseenText('the edge', edgeUnseen), status);
  // That it is on the table of before says nothing of the one that was decided since.
  if (place.change === 'moved') return changingPart('edge', place, facts);
  const [drift] = driftOf({ deployment: null }, place.observation);
  const wrong = edge?.readyWorkers === 0 ? 'the edge has no worker that listens' : drift?.observed;
  if (wrong !== undefined) {
    return canContradict(place, facts)
      ? part('edge', 'failed', wrong, status)
      : changingPart('edge', place, facts);
  }
  return donePart('edge', `the edge routes by table ${decidedGeneration}, as decided`, seen);
}

/** When Deployer's own database answered is in what was seen, as is what the integration keeps itself. */
function databasePart(facts: CellFacts, place: SeenPlace): Part {
  const { residents, databaseAt } = place.observation;
  const isDown = ({ state }: SeenResident): boolean => state !== 'ready' && state !== 'unseen';
  const down = residents.find(isDown) ?? residents.find(({ state }) => state === 'unseen');
  const seen = seenIn(place);
  if (down?.state === 'unseen') {
    const reason = unseenText(down.component, down.reason);
    return part('database', 'undecided', reason, { ...seen, next: 'deployer status' });
  }
  if (down !== undefined && place.change === 'moved') return changingPart('database', place, facts);
  if (down !== undefined) {
    const reason = `${down.component}, which exists once here, is ${down.state}`;
    return part('database', 'failed', reason, { ...seen, next: 'deployer status' });
  }
  const own = residents.map(({ component }) => component).join(', ');
  const reason = own === '' ? "Deployer's database answers" : `Deployer's database answers, ${own} is up`;
  return donePart('database', reason, { ...seen, at: databaseAt });
}

function diskPart(place: SeenPlace): Part {
  const { disk } = place.observation;
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
