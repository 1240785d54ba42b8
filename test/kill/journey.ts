import type { Project, Shipped } from '../harness/project.ts';
import { shipped } from '../harness/project.ts';
import { untilTrue } from '../harness/until.ts';
import { approver, tester } from './integration.ts';
import type { Moment } from './matrix.ts';

/** One way of an integration through everything, by the command line. */
export interface Journey {
  /** Comes before what the moment names. */
  readonly at: (moment: Moment) => Promise<void>;
  readonly uat: 'pass' | 'fail';
  /** Comes before a run that failed, or is undecided, is retried. Without it, one that failed has ended. */
  readonly stuck?: (result: Shipped['result']) => Promise<void>;
}

/** Ships HEAD to its end. */
export async function shipThrough(project: Project, { at, uat, stuck }: Journey): Promise<Shipped> {
  await at('ship');
  let stop = await shipped(project.start(['ship', '--json']));
  for (;;) {
    const { run, state, waiting } = stop.result;
    if (waiting?.kind === 'approval') {
      await at('before approval');
      await decide(project, ['approve', run], approver);
    } else if (waiting?.kind === 'uat') {
      await at(uat === 'pass' ? 'before UAT' : 'failed UAT');
      await at('after the run');
      await decide(project, ['uat', uat, run, ...(uat === 'fail' ? ['--note', 'wrong'] : [])], tester);
    } else if (waiting?.kind === 'undecided' || (state === 'failed' && stuck !== undefined)) {
      // A busy machine cannot generate the load on time.
      await stuck?.(stop.result);
      await decide(project, ['retry', run], approver);
    } else return stop;
    stop = await shipped(project.start(['run', run, '--follow', '--json']));
  }
}

/**
 * As a person does whose command broke off: it is typed again, until it is done or there is nothing to decide any more.
 */
async function decide(project: Project, args: readonly string[], user: string): Promise<void> {
  const answers: string[] = [];
  await untilTrue(`"${args.join(' ')}" to be recorded`, async () => {
    const { code, out, err } = await project.run([...args, '--json'], { user });
    answers.push(`${code}: ${out}${err}`);
    return code === 0 || out.includes('nothing_waiting') || out.includes('run_ended');
  }).catch((error: unknown) => {
    throw new Error(answers.join('\n'), { cause: error });
  });
}

/** Goes back in production, and returns when somebody else is live; the command itself may have broken off. */
export async function rollBack(project: Project): Promise<void> {
  const before = (await project.environment('production')).live?.deployment;
  const { code, out, err } = await project.run(['rollback', 'production', '--reason', 'kill', '--json']);
  await untilTrue(`the rollback to be done (${code}: ${out}${err})`, async () => {
    const { live } = await project.environment('production');
    return live !== null && live.deployment !== before;
  });
}
