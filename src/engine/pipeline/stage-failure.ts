import type { Stage } from '../../core/pipeline/plan.ts';
import { failed, kept, type StageOutcome } from '../../core/verdicts/verdict.ts';
import { DeployerError } from '../../errors.ts';
import { orDiskFull } from '../../lib/disk-full.ts';
import { messageOf, stackOf } from '../../lib/message-of.ts';
import { isDatabaseFull } from '../../store/connection-lost.ts';
import type { StageWork } from './stage-context.ts';

/** What a step met that no step expects: a disk, be it the database's, that was full. */
export function orFull(error: unknown, { name }: Stage): unknown {
  if (!isDatabaseFull(error)) return orDiskFull(error, `${name} went on`);
  return new DeployerError('disk_full', {
    message: `The disk of the database was full during ${name}.`,
    hint: 'Make room (df -h shows where), then: deployer retry',
    cause: error,
  });
}

/**
 * What a step threw, as a verdict. A mistake of a person's fails the stage with its text; so does a bug, with its
 * stack.
 */
export function failureOf(error: unknown, { log, stage }: Pick<StageWork, 'log' | 'stage'>): StageOutcome {
  if (error instanceof DeployerError) {
    for (const line of error.detail) log.write(line, 'note');
    log.write(`→ ${error.hint}`, 'note');
    const body = { code: error.code, message: error.message, detail: error.detail };
    const evidence = [{ kind: 'error', body }];
    return error.code === 'disk_full'
      ? kept(stage.kind, error.message, evidence)
      : failed(error.message, evidence);
  }
  const text = stackOf(error);
  for (const line of text.split('\n')) log.write(line, 'note');
  return failed(`A bug in Deployer: ${messageOf(error)}`);
}
