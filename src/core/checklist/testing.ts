import { cellOf, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts } from './facts.ts';
import { adding } from './file-remedy.ts';
import { stageIn, stagePart } from './stage-part.ts';

/** The kinds of tests that every integration is asked for; suites by other names come after them. */
const kinds = ['unit', 'integration', 'e2e', 'performance', 'security'] as const;

/**
 * Every kind of test on its own: a pass in this environment, or in an earlier one that the same digests went through.
 * A kind that the spec does not have is undecided, however well the others did.
 */
export function testing(facts: CellFacts): Cell {
  const others = Object.keys(facts.definition.suites).filter((name) => !isKind(name));
  const parts = [...kinds, ...others].map((name) => testPart(facts, name));
  return cellOf(parts, passedText(facts, parts));
}

/** What has passed, and where the others are asked: nothing that did not run has passed. */
function passedText(facts: CellFacts, parts: readonly Part[]): string {
  const namesOf = (status: Part['status']): readonly string[] =>
    parts.filter((each) => each.status === status).map(({ name }) => name);
  const later = Map.groupBy(namesOf('not-applicable'), (name) => placesOf(facts, name).at(-1)?.environment);
  if (later.size === 0) return 'every kind of test passed on these digests';
  const elsewhere = [...later].map(
    ([environment, names]) =>
      `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} first asked in ${environment ?? 'no environment'}`,
  );
  return [`${namesOf('done').join(', ')} passed on these digests`, ...elsewhere].join('; ');
}

function isKind(name: string): boolean {
  return kinds.some((kind) => kind === name);
}

/** What is known of a suite, or of the load test, for this release in this environment. */
export function testPart(facts: CellFacts, name: string): Part {
  const { definition, environment } = facts;
  const isThere =
    name === 'performance' ? definition.performance !== null : Object.hasOwn(definition.suites, name);
  if (!isThere) {
    return part(name, 'undecided', missing(name), { next: adding(`tests.${name}`) });
  }
  const asked = placesOf(facts, name);
  const position = definition.environments.findIndex((each) => each.name === environment.name);
  const here = asked.filter((place) => place.position <= position);
  const [nearest] = here;
  if (nearest === undefined) {
    const later = asked.at(-1)?.environment;
    if (later === undefined) {
      const next = adding(`${name} to environments.${environment.name}.gates`);
      return part(name, 'undecided', `no list of gates names ${name}`, { next });
    }
    return part(name, 'not-applicable', `${name} is first asked in ${later}`);
  }
  const done = here.flatMap((place) => stageIn(facts, place.environment, name) ?? []);
  // What was asked last on the way here counts; until it has run, what ran before it does not stand for it.
  return stagePart(facts, name, done.find((stage) => stage.environment === nearest.environment) ?? null);
}

function missing(name: string): string {
  return name === 'performance' ? 'no load test' : `no ${name} suite`;
}

interface Asked {
  readonly environment: string | null;
  /** -1: before any environment. */
  readonly position: number;
}

/** Where a test is a gate, the latest on the way first. */
function placesOf({ definition, environment }: CellFacts, name: string): readonly Asked[] {
  const own = definition.environments.map((each) => (each.name === environment.name ? environment : each));
  const before = own.some(({ policy }) => policy.buildGates.includes(name));
  const inside = own.flatMap(({ policy, name: place }, position): readonly Asked[] =>
    policy.gates.includes(name) ? [{ environment: place, position }] : [],
  );
  return [...(before ? [{ environment: null, position: -1 }] : []), ...inside].toReversed();
}
