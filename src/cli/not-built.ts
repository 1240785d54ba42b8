import { DeployerError } from '../errors.ts';

/** Verbs of the contract that a later version brings. */
export const notBuiltYet: readonly (readonly [name: string, summary: string])[] = [
  ['export', 'write files for other tools'],
];

export function notBuilt(verb: string): DeployerError {
  return new DeployerError('not_built', {
    message: `deployer ${verb} is not built yet.`,
    hint: 'deployer --help   lists what this version does',
  });
}
