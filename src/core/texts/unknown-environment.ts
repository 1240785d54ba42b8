import { DeployerError } from '../../errors.ts';
import { nearest } from './suggest.ts';

export interface UnknownEnvironment {
  readonly integration: string;
  readonly name: string;
  /** Those that there are. */
  readonly names: readonly string[];
  /** The field that named it, where it was one of a request. */
  readonly path?: string;
}

/** Says which environments there are, and which one was probably meant. */
export function unknownEnvironment({ integration, name, names, path }: UnknownEnvironment): DeployerError {
  const near = nearest(name, names);
  const question = near === null ? '' : `Did you mean ${near}? `;
  return new DeployerError('environment_not_found', {
    message: `${integration} has no environment "${name}".`,
    hint: names.length === 0 ? 'deployer ship' : `${question}Environments: ${names.join(', ')}.`,
    ...(path === undefined ? {} : { path }),
  });
}
