/**
 * The watchdog: liveness means that work advances. It is told what was seen, and says what is wrong, since when, and
 * what to do. Nothing here looks at a clock or a database.
 */
export interface Trouble {
  /** What it is about, the same at every look. */
  readonly key: string;
  /** One sentence without its full stop. */
  readonly sentence: string;
  /** The next thing to type; null: Deployer mends it by itself. */
  readonly next: string | null;
  /** ISO 8601. */
  readonly since: string;
}

export interface Finding extends Omit<Trouble, 'since'> {
  /**
   * `live`: this process does not advance, and should be started anew. `ready`: it should get no new work. `notice`:
   * something in its care is wrong.
   */
  readonly ends: 'live' | 'ready' | 'notice';
  /** A moment's difference between two looks that belong together is no finding: it has to be seen twice. */
  readonly isMomentary: boolean;
}

/** A loop that goes round in the background. */
export interface Pulse {
  readonly loop: string;
  /** When it last came round, having done its work. */
  readonly lastMs: number;
  /** A round that takes longer is stuck. */
  readonly allowedMs: number;
}

export interface WorkerFacts {
  readonly pulses: readonly Pulse[];
  /** The longest that anything in this process had to wait for its turn since the last look. */
  readonly lagMs: number;
  /** How long the oldest run of this host has been waiting for a worker to take it; null when none waits. */
  readonly oldestQueuedMs: number | null;
  /** Runs of this host whose workflow no worker here can interpret. */
  readonly unknown: readonly { readonly run: string; readonly workflow: string }[];
  readonly gates: readonly GateFacts[];
  readonly nowMs: number;
}

/** An open run: what it says it waits for, and whether one of its stages asks. */
export interface GateFacts {
  readonly run: string;
  readonly waitsFor: string | null;
  /** Name of the stage that asks a person; null when none does. */
  readonly asking: string | null;
}

/** A step may compute for a moment; a process that nothing else gets a turn in for so long does not serve. */
const lagAllowedMs = 5000;
/** A queue is asked every second. */
const queuedAllowedMs = 15_000;

/** A folder of this host, and how many bytes have to be free on its disk for what writes there to go on. */
export interface DiskNeed {
  readonly path: string;
  readonly neededBytes: number;
}

/** A folder on a disk that is full. Found before anything that the database is asked for, which may be on that disk. */
export function fullDisk({ path, neededBytes }: DiskNeed): Finding {
  const needed = `less than ${Math.round(neededBytes / 1024 ** 2)} MiB are free`;
  return finding({
    key: `disk ${path}`,
    sentence: `the disk of ${path} is full (${needed}); runs go on when there is room`,
    next: `df -h ${path}`,
    ends: 'ready',
  });
}

/** PostgreSQL had no room for what it was to write, wherever it runs: its disk, or its share of one. */
export function fullDatabase(): Finding {
  return finding({
    key: 'database full',
    sentence:
      'the disk of the database is full, so it writes nothing; runs wait, and go on when there is room',
    next: 'make room where PostgreSQL keeps its data (df -h there shows how much is left)',
    ends: 'ready',
  });
}

/** What is wrong with a worker and the runs of its host. */
export function findings(facts: WorkerFacts): readonly Finding[] {
  return [
    ...stalledLoops(facts.pulses, facts.nowMs),
    ...lag(facts.lagMs),
    ...queue(facts.oldestQueuedMs),
    ...facts.unknown.map(unknownWorkflow),
    ...facts.gates.flatMap(gate),
  ];
}

/** Asked for whenever somebody wants to know, also when the watchdog's own loop is the one that hangs. */
export function stalledLoops(pulses: readonly Pulse[], nowMs: number): readonly Finding[] {
  return pulses.flatMap(({ loop, lastMs, allowedMs }) => {
    const quietMs = nowMs - lastMs;
    if (quietMs <= allowedMs) return [];
    const sentence = `"${loop}" has not come round for ${Math.round(quietMs / 1000)} s`;
    return [finding({ key: `loop ${loop}`, sentence, next: 'deployer doctor', ends: 'live' })];
  });
}

function lag(lagMs: number): readonly Finding[] {
  if (lagMs <= lagAllowedMs) return [];
  const sentence = `this process did nothing else for ${Math.round(lagMs / 1000)} s`;
  return [finding({ key: 'lag', sentence, next: 'deployer doctor   (is the machine overloaded?)' })];
}

function queue(oldestMs: number | null): readonly Finding[] {
  if (oldestMs === null || oldestMs <= queuedAllowedMs) return [];
  const sentence = `runs are not being taken up: the oldest has been queued for ${Math.round(oldestMs / 1000)} s`;
  return [finding({ key: 'queue', sentence, next: 'deployer doctor', ends: 'ready' })];
}

function unknownWorkflow({ run, workflow }: { readonly run: string; readonly workflow: string }): Finding {
  return finding({
    key: `unknown ${run}`,
    sentence: `${run} was begun by a newer Deployer (${workflow}); no worker here can go on with it`,
    next: 'Start the newer deployer again: deployer serve, or deployer worker',
    isMomentary: true,
  });
}

function gate({ run, waitsFor, asking }: GateFacts): readonly Finding[] {
  const isForPerson = waitsFor === 'approval' || waitsFor === 'uat' || waitsFor === 'undecided';
  if (asking !== null && waitsFor === null) {
    const sentence = `${run} asks at ${asking}, but nobody was told; it is being asked again`;
    return [finding({ key: `untold ${run}`, sentence, next: null, isMomentary: true })];
  }
  if (isForPerson && asking === null) {
    const sentence = `${run} says that it waits for ${waitsFor}, but no stage of it asks; it is being woken`;
    return [finding({ key: `unasked ${run}`, sentence, next: null, isMomentary: true })];
  }
  return [];
}

function finding(
  own: Pick<Finding, 'key' | 'sentence' | 'next'> & Partial<Pick<Finding, 'ends' | 'isMomentary'>>,
): Finding {
  return { ends: 'notice', isMomentary: false, ...own };
}

export interface Seen {
  readonly sinceMs: number;
  readonly looks: number;
}

/** Since when each is so, and how often it has been seen in a row. What is gone is forgotten. */
export function remember(
  before: ReadonlyMap<string, Seen>,
  keys: readonly string[],
  nowMs: number,
): ReadonlyMap<string, Seen> {
  return new Map(
    keys.map((key) => {
      const known = before.get(key);
      return [key, { sinceMs: known?.sinceMs ?? nowMs, looks: (known?.looks ?? 0) + 1 }];
    }),
  );
}

export function isConfirmed({ isMomentary }: Finding, { looks }: Seen): boolean {
  return !isMomentary || looks > 1;
}

export interface Health {
  /** False: work does not advance; whoever keeps this process should start it anew. */
  readonly live: boolean;
  /** False: no new work should be sent here. */
  readonly ready: boolean;
}

export function healthOf(found: readonly Pick<Finding, 'ends'>[]): Health {
  const live = found.every(({ ends }) => ends !== 'live');
  return { live, ready: live && found.every(({ ends }) => ends !== 'ready') };
}

/** News that is older than this is told with its age. */
const worthAnAgeMs = 30_000;

/** A trouble in one line: what, for how long when that is long, and what to do. */
export function troubleText({ sentence, since, next }: Trouble, nowMs: number): string {
  const forMs = nowMs - Date.parse(since);
  const age = forMs < worthAnAgeMs ? '' : `, for ${agoText(forMs)}`;
  return `${sentence}${age}${next === null ? '' : `: ${next}`}`;
}

export function agoText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
