/** `DEPLOYER_KILL`: parts of names with commas between, or `all`; without it some are chosen by `DEPLOYER_SEED`. */
const wanted = process.env['DEPLOYER_KILL'] ?? '';
/** `DEPLOYER_KILL_SHARE=0/2`: every second one, beginning with the first, so that two can do all beside each other. */
const [share = 0, shares = 1] = (process.env['DEPLOYER_KILL_SHARE'] ?? '0/1').split('/').map(Number);
/** The same ones for everybody, so that a change is what turns them red; everything is `npm run test:kill`. */
const usualSeed = 796_128;
const seed = Number(process.env['DEPLOYER_SEED'] ?? usualSeed);

export interface Choosing<T> {
  readonly from: readonly T[];
  readonly nameOf: (each: T) => string;
  readonly bySeed: (seed: number) => readonly T[];
}

/** What a test file does of all that it could do. */
export function chosen<T>({ from, nameOf, bySeed }: Choosing<T>): readonly (readonly [string, T])[] {
  if (wanted === '') process.stdout.write(`DEPLOYER_SEED=${seed} chose these; another one chooses others\n`);
  const isWanted = (each: T): boolean =>
    wanted === 'all' || wanted.split(',').some((part) => nameOf(each).includes(part));
  const all = wanted === '' ? bySeed(seed) : from.filter(isWanted);
  return all.filter((_, at) => at % shares === share).map((each) => [nameOf(each), each]);
}
