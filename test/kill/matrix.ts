import { type NamedPoint, namedPoints } from '../../src/lib/named-point.ts';

/** What is killed while a process stands at a point. */
export type Victim =
  | 'server'
  | 'database'
  | 'edge'
  | 'edge worker'
  /** Of the candidate. */
  | 'supervisor'
  | 'component'
  | "resident's supervisor"
  | "resident's component"
  | 'machine';

/** What goes on, and since when a process that comes to the point is stopped there. */
export type Moment =
  | 'ship'
  | 'before approval'
  | 'before UAT'
  | 'after the run'
  | 'failed UAT'
  | 'failed resident'
  | 'rollback'
  | 'loss';

/** Whom a point is about, where several come to it. */
export type Owner = 'anyone' | 'deployment' | 'resident' | 'new resident' | 'edge';

/** A point as it is closed. */
export interface Door {
  readonly point: NamedPoint;
  readonly of: Owner;
  /** It is closed only once somebody stands at this one: what is meant comes to it for the second time. */
  readonly after: NamedPoint | null;
}

export interface Kill extends Door {
  readonly victim: Victim;
  readonly moment: Moment;
}

interface Row {
  readonly moment: Moment;
  readonly victims: readonly Victim[];
  /** @default anyone */
  readonly of?: Owner;
  /** @default null */
  readonly after?: NamedPoint;
}

const controlPlane = ['server', 'database'] as const;
/** Of what stands beside users: they may notice the end of the edge itself, and of nothing else. */
const withEdge = [...controlPlane, 'edge', 'edge worker'] as const;
const withCandidate = [...withEdge, 'supervisor', 'component'] as const;
const withMachine = [...withCandidate, 'machine'] as const;

const residentItself = ["resident's supervisor", "resident's component"] as const;
const withResident = [...controlPlane, ...residentItself] as const;
const withResidentAndMachine = [...withResident, 'machine'] as const;

const ship: Row = { moment: 'ship', victims: controlPlane };
const change: Row = { moment: 'before approval', victims: controlPlane };
const changeAndEdge: Row = { moment: 'before approval', victims: withEdge };
/** What judges a candidate is in the middle of it. */
const judging: Row = { moment: 'before approval', victims: withCandidate };
const rollback: Row = { moment: 'rollback', victims: withEdge };
const residentChange: Row = { moment: 'before approval', victims: withResident };
const residentBack: Row = {
  moment: 'failed resident',
  of: 'resident',
  victims: withResidentAndMachine,
};
/** One that has never been ready, and does not get so. */
const residentNew: Row = { moment: 'failed resident', of: 'new resident', victims: controlPlane };

type Rows = readonly [Row, ...Row[]];

const mended: Rows = [
  { moment: 'loss', of: 'deployment', victims: controlPlane },
  { moment: 'loss', of: 'resident', victims: controlPlane },
];

/** A new point does not compile without a row here. */
const rows: Readonly<Record<NamedPoint, Row | Rows>> = {
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
  'suite: begun': judging,
  'suite: done': change,
  'suite: recorded': change,
  'performance: begun': judging,
  'performance: done': change,
  'performance: recorded': change,
  'residents: begun': residentChange,
  'residents: done': residentChange,
  'residents: recorded': residentChange,
  'migrate: begun': change,
  'migrate: done': change,
  'migrate: recorded': change,
  'prepare: begun': change,
  'prepare: done': change,
  'prepare: recorded': change,
  'verify: begun': judging,
  'verify: done': change,
  'verify: recorded': change,
  'checklist: begun': change,
  'checklist: done': change,
  'checklist: recorded': change,
  'switch: begun': changeAndEdge,
  'switch: done': changeAndEdge,
  'switch: recorded': changeAndEdge,
  'rollback-rehearsal: begun': judging,
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
  'resident: recorded': [{ ...residentChange, victims: withResidentAndMachine }, residentNew],
  'resident: former ended': changedAndPutBack([...controlPlane, 'machine']),
  'resident: inputs replaced': changedAndPutBack([...controlPlane, 'machine']),
  'resident: supervisor started': [...changedAndPutBack(withResidentAndMachine), residentNew],
  'resident: started': { ...residentChange, victims: withResidentAndMachine },
  'resident: settled': residentChange,
  'resident: goes back': [residentBack, residentNew],
  'resident: is back': [residentBack, residentNew],
  'resident: back recorded': [residentBack, residentNew],
  'candidate: recorded': change,
  'candidate: supervisor started': { moment: 'before approval', victims: withMachine },
  'candidate: up': { moment: 'before approval', victims: withMachine },
  'candidate: preview decided': changeAndEdge,
  'candidate: preview told': changeAndEdge,
  'traffic: decided': { moment: 'before approval', victims: [...withEdge, 'machine'] },
  'traffic: edge told': changeAndEdge,
  'traffic: workers stopped': change,
  'traffic: workers started': change,
  'rehearsal: gone back': changeAndEdge,
  'watch: counting': judging,
  'undo: held': { moment: 'failed UAT', victims: withEdge },
  'undo: switched back': { moment: 'failed UAT', victims: [...withEdge, 'machine'] },
  'undo: recorded': { moment: 'failed UAT', victims: controlPlane },
  'rollback: environment taken': rollback,
  'rollback: begun': rollback,
  'rollback: brought up': { moment: 'rollback', victims: withMachine },
  'rollback: gone back': rollback,
  'rollback: left': rollback,
  'run: end recorded': { moment: 'before UAT', victims: controlPlane },
  'mend: begun': mended,
  'mend: done': mended,
  'retirement: draining': { moment: 'after the run', victims: controlPlane },
  'retirement: processes ended': { moment: 'after the run', victims: controlPlane },
  'edge: table stored': { ...changeAndEdge, of: 'edge' },
  'edge: workers told': { ...changeAndEdge, of: 'edge' },
  'supervisor: record written': supervised(['supervisor'], ["resident's supervisor"]),
  'supervisor: component started': supervised(['supervisor', 'component'], residentItself),
  'supervisor: ready': supervised(['supervisor', 'component'], residentItself),
  'supervisor: components ended': {
    moment: 'after the run',
    of: 'deployment',
    victims: [...controlPlane, 'supervisor'],
  },
};

/** Of a supervisor: the candidate's, and the one of what exists once, which comes first. */
function supervised(candidate: readonly Victim[], resident: readonly Victim[]): Rows {
  return [
    { moment: 'before approval', of: 'deployment', victims: ['server', ...candidate] },
    { moment: 'before approval', of: 'resident', victims: ['server', ...resident] },
  ];
}

/** What a change of a resident comes to, and its way back again. */
function changedAndPutBack(victims: readonly Victim[]): Rows {
  return [
    { moment: 'before approval', victims },
    { ...residentBack, victims, after: 'resident: goes back' },
  ];
}

function rowsOf(point: NamedPoint): Rows {
  const found = rows[point];
  return 'moment' in found ? [found] : found;
}

export const matrix: readonly Kill[] = namedPoints.flatMap((point) =>
  rowsOf(point).flatMap(({ moment, victims, of = 'anyone', after = null }) =>
    victims.map((victim) => ({ point, of, after, victim, moment })),
  ),
);

export function nameOf({ point, of, after, victim }: Kill): string {
  const isSaid = of === 'new resident' || (of === 'resident' && !point.startsWith('resident:'));
  const whose = isSaid ? ` of a ${of}` : '';
  const which = after === null ? whose : ' on the way back';
  return `${point}${which} / ${victim}`;
}

/** What goes on when somebody comes to a point for the first time. */
export function momentOf(point: NamedPoint): Moment {
  return rowsOf(point)[0].moment;
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
