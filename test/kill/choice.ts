/** `DEPLOYER_KILL`: parts of names with commas between, or `all`; without it some are chosen by `DEPLOYER_SEED`. */
const wanted = process.env['DEPLOYER_KILL'] ?? '';
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
  return (wanted === '' ? bySeed(seed) : from.filter(isWanted)).map((each) => [nameOf(each), each]);
}
