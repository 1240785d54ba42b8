import { bytes } from '../texts/figures.ts';
import { donePart, type Part, part } from './cell.ts';
import type { CellFacts } from './facts.ts';
import { type LimitedComponent, memoryNeed } from './memory-need.ts';
import { type SeenPlace, seenIn } from './observation.ts';

/** Whether the place has the memory that two deployments may take while one replaces the other. */
export function memoryPart(facts: CellFacts, place: SeenPlace): Part {
  const { environment, deployment, besideRelease } = facts;
  const own = limitedIn(facts);
  const isLive = deployment?.isStable === true;
  // What comes after what is live is not known: as much again, for as long as both run.
  const need = memoryNeed(own, isLive ? own : besideRelease);
  if (need.bytes === 0) {
    const reason = `no component has a memory limit in ${environment.name}`;
    return part('memory', 'not-applicable', reason);
  }
  const seen = seenIn(place);
  const { memory } = place.observation;
  const wanted = `${bytes(need.bytes)} by the limits of ${standing(facts)}${withoutText(need.unlimited)}`;
  const free = { ...seen, next: 'free -h' };
  if (memory === undefined || memory === null) {
    const why = memory === null ? 'cannot be told' : 'has not been looked at, as nothing ran there';
    const reason = `the memory of the ${environment.target} place ${why}; it needs ${wanted}`;
    return part('memory', 'undecided', reason, free);
  }
  const has = `the place has ${bytes(memory.totalBytes)} of memory, and needs ${wanted}`;
  if (need.bytes > memory.totalBytes) return part('memory', 'failed', has, free);
  // Nobody can tell what those without a limit take.
  if (need.unlimited.length > 0) return part('memory', 'undecided', has, free);
  return donePart('memory', `${has}; ${bytes(memory.availableBytes)} are available`, seen);
}

function limitedIn({ definition, environment }: CellFacts): readonly LimitedComponent[] {
  return definition.components.flatMap((component) => {
    const shape = environment.shapes[component.name];
    return shape === undefined ? [] : [{ ...component, shape }];
  });
}

function standing({ deployment, besideRelease }: CellFacts): string {
  if (deployment?.isStable === true) return 'what is live and as much again beside it';
  return besideRelease.length === 0 ? 'this release' : 'this release and what is live';
}

function withoutText(unlimited: readonly string[]): string {
  if (unlimited.length === 0) return '';
  return `, without ${unlimited.join(', ')}, which ${unlimited.length === 1 ? 'has' : 'have'} no limit`;
}
