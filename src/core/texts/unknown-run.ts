import { DeployerError } from '../../errors.ts';
import { nearest } from './suggest.ts';

/**
 * Says which run was probably meant: `2` is one of some integration. `known`: runs that there are, the newest first.
 */
export function unknownRun(name: string, known: readonly string[]): DeployerError {
  const near = /^\d+$/.test(name) ? known.find((run) => run.endsWith(`-${name}`)) : nearest(name, known);
  return new DeployerError('run_not_found', {
    message: `There is no run "${name}".`,
    hint: near === undefined || near === null ? 'deployer runs' : `Did you mean ${near}?   (deployer runs)`,
  });
}
