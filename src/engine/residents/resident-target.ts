import type { Target } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';
import type { Places } from '../parts.ts';

/** Where residents run: another place than this machine has no lasting address for them yet. */
export function residentTarget({ targets }: Pick<Places, 'targets'>): Target {
  if (targets.process !== undefined) return targets.process;
  throw new DeployerError('not_built', {
    message: 'This version keeps components with `scope: environment` on `process` only.',
    hint: 'Use `target: process`.',
  });
}
