import { DeployerError } from '../../errors.ts';
import { exitCode } from '../exit-code.ts';
import { defineVerb, type Verb } from '../verb.ts';

export const worker: Verb = defineVerb({
  name: 'worker',
  group: 'Run',
  summary: 'run pipelines of this home beside its server, or without one',
  about:
    'Needs DEPLOYER_DATABASE_URL, the PostgreSQL that it shares. SIGTERM lets the steps in flight end; a second one does not wait.',
  arguments: {},
  options: {},
  examples: [
    [
      'DEPLOYER_DATABASE_URL=postgres://db.example.com/deployer deployer worker',
      'Ctrl-C ends it after its steps',
    ],
  ],
  async run({ home, build, signal, serverVerbs }) {
    const verbs = await serverVerbs();
    if (await verbs.work({ home, build, signal })) return exitCode.done;
    throw new DeployerError('worker_locked', {
      message: `Another worker runs on ${home.root}.`,
      hint: 'deployer doctor   (lists the workers)',
    });
  },
});
