import { DeployerError } from '../../errors.ts';
import { nearest } from './suggest.ts';

/** Says which integrations there are (`known`), and which one was probably meant. */
export function unknownIntegration(key: string, known: readonly string[]): DeployerError {
  const near = nearest(key, known);
  const question = near === null ? '' : `Did you mean ${near}? `;
  return new DeployerError('integration_not_found', {
    message: `The server knows no integration "${key}".`,
    hint: known.length === 0 ? 'deployer ship' : `${question}Integrations: ${known.join(', ')}.`,
  });
}
