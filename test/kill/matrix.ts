import { type NamedPoint, namedPoints } from '../../src/lib/named-point.ts';

/** What is killed while a process stands at a point. */
export type Victim = 'server' | 'database' | 'edge' | 'edge worker' | 'supervisor' | 'component' | 'machine';

/** What goes on, and since when a process that comes to the point is stopped there. */
export type Moment =
  | 'ship'
  | 'before approval'
  | 'before UAT'
  | 'after the run'
  | 'failed UAT'
  | 'rollback'
  | 'loss';

export interface Kill {
  readonly point: NamedPoint;
  readonly victim: Victim;
  readonly moment: Moment;
}

interface Row {
  readonly moment: Moment;
  readonly victims: readonly Victim[];
}

const controlPlane = ['server', 'database'] as const;
/** Of what stands beside users: they may notice the end of the edge itself, and of nothing else. */
const withEdge = [...controlPlane, 'edge', 'edge worker'] as const;
const withCandidate = [...withEdge, 'supervisor', 'component', 'machine'] as const;

const withResident = [...controlPlane, 'machine'] as const;

const ship: Row = { moment: 'ship', victims: controlPlane };
const change: Row = { moment: 'before approval', victims: controlPlane };
const changeAndEdge: Row = { moment: 'before approval', victims: withEdge };

/** A new point does not compile without a row here. */
const rows: Readonly<Record<NamedPoint, Row>> = {
  'checkout: begun': ship,
  'checkout: done': ship,
  'checkout: recorded': ship,
  'build: begun': ship,
  'build: done': ship,
  'build: recorded': ship,
  'package: begun': ship,
  'package: done': ship,
  'package: recorded': ship,
  'setup: begun': ship,
  'setup: done': ship,
  'setup: recorded': ship,
  'suite: begun': change,
  'suite: done': change,
  'suite: recorded': change,
  'performance: begun': change,
  'performance: done': change,
  'performance: recorded': change,
  'residents: begun': change,
  'residents: done': change,
  'residents: recorded': change,
  'migrate: begun': change,
  'migrate: done': change,
  'migrate: recorded': change,
  'prepare: begun': change,
  'prepare: done': change,
  'prepare: recorded': change,
  'verify: begun': change,
  'verify: done': change,
  'verify: recorded': change,
  'switch: begun': changeAndEdge,
  'switch: done': changeAndEdge,
  'switch: recorded': changeAndEdge,
  'rollback-rehearsal: begun': change,
  'rollback-rehearsal: done': change,
  'rollback-rehearsal: recorded': change,
  'watch: begun': changeAndEdge,
  'watch: done': change,
  'watch: recorded': change,
  'artifact: blob written': ship,
  'artifact: manifest written': ship,
  'release: recorded': ship,
  'question: asked': { moment: 'ship', victims: [...controlPlane, 'machine'] },
  'decision: recorded': { moment: 'before UAT', victims: controlPlane },
  'decision: settled': { moment: 'before UAT', victims: controlPlane },
  'environment: entered': change,
  'environment: left': ship,
  'resident: recorded': { moment: 'before approval', victims: withResident },
  'resident: supervisor started': change,
  'resident: started': { moment: 'before approval', victims: withResident },
  'resident: settled': change,
  'candidate: recorded': change,
  'candidate: supervisor started': { moment: 'before approval', victims: withCandidate },
  'candidate: up': { moment: 'before approval', victims: withCandidate },
  'candidate: preview decided': changeAndEdge,
  'candidate: preview told': changeAndEdge,
  'traffic: decided': { moment: 'before approval', victims: [...withEdge, 'machine'] },
  'traffic: edge told': changeAndEdge,
  'traffic: workers stopped': change,
  'traffic: workers started': change,
  'rehearsal: gone back': changeAndEdge,
  'watch: counting': changeAndEdge,
  'undo: held': { moment: 'failed UAT', victims: withEdge },
  'undo: switched back': { moment: 'failed UAT', victims: [...withEdge, 'machine'] },
  'undo: recorded': { moment: 'failed UAT', victims: controlPlane },
  'rollback: environment taken': { moment: 'rollback', victims: controlPlane },
  'rollback: begun': { moment: 'rollback', victims: controlPlane },
  'rollback: brought up': { moment: 'rollback', victims: withCandidate },
  'rollback: gone back': { moment: 'rollback', victims: controlPlane },
  'rollback: left': { moment: 'rollback', victims: controlPlane },
  'run: end recorded': { moment: 'before UAT', victims: controlPlane },
  'mend: begun': { moment: 'loss', victims: controlPlane },
  'mend: done': { moment: 'loss', victims: controlPlane },
  'retirement: draining': { moment: 'after the run', victims: controlPlane },
  'retirement: processes ended': { moment: 'after the run', victims: controlPlane },
  'edge: table stored': changeAndEdge,
  'edge: workers told': changeAndEdge,
  'supervisor: record written': { moment: 'before approval', victims: ['server', 'supervisor'] },
  'supervisor: component started': {
    moment: 'before approval',
    victims: ['server', 'supervisor', 'component'],
  },
  'supervisor: ready': { moment: 'before approval', victims: ['server', 'supervisor', 'component'] },
};

export const matrix: readonly Kill[] = namedPoints.flatMap((point) =>
  rows[point].victims.map((victim) => ({ point, victim, moment: rows[point].moment })),
);

export function nameOf({ point, victim }: Kill): string {
  return `${point} / ${victim}`;
}

/** What goes on when somebody comes to a point. */
export function momentOf(point: NamedPoint): Moment {
  return rows[point].moment;
}

/** As many as asked for, chosen by the seed alone; every victim is among them. */
export function chosenBy(seed: number, count: number): readonly Kill[] {
  return pick(matrix, { seed, count, nameOf, kindOf: ({ victim }) => victim });
}

export interface Picking<T> {
  readonly seed: number;
  readonly count: number;
  readonly nameOf: (each: T) => string;
  /** One of each kind is among what is picked, as far as `count` allows. */
  readonly kindOf: (each: T) => string;
}

/** Some of many, the same ones for the same seed. */
export function pick<T>(from: readonly T[], { seed, count, nameOf, kindOf }: Picking<T>): readonly T[] {
  const shuffled = from
    .map((each) => ({ each, at: hash(`${seed} ${nameOf(each)}`) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ each }) => each);
  const firstOf = [...new Set(from.map(kindOf))].flatMap(
    (kind) => shuffled.find((each) => kindOf(each) === kind) ?? [],
  );
  return [...new Set([...firstOf, ...shuffled])].slice(0, count);
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return value;
}
