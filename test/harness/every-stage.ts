import type { Gates } from './gates.ts';
import { helloFile, helloProgram } from './hello.ts';
import { type Changes, type Project, shipped, type Shipped } from './project.ts';
import { untilTrue } from './until.ts';

const approver = 'approver@example.com';
const tester = 'tester@example.com';

/** Hello with a stage of every kind. Whatever runs a command comes to a gate that is named as the stage. */
export function everyStage(gates: Gates, says: string): Changes {
  return {
    'deployer.yaml': {
      deployer: 1,
      integration: { key: 'hello' },
      components: {
        web: {
          role: 'api-gateway',
          path: 'web',
          build: gates.shell('build'),
          run: `${gates.shell(`start-${says}`)}; exec node main.mjs`,
          port: 8080,
          public: true,
        },
      },
      migrations: { run: gates.shell('migrate'), kind: 'expand' },
      tests: {
        setup: gates.shell('setup'),
        unit: { run: gates.shell('unit') },
        smoke: { run: gates.shell('smoke'), writes: false },
        performance: {
          load: { path: '/gate/load', rate: 10, durationSeconds: 1 },
          limits: { errorRate: 0.01 },
        },
      },
      environments: {
        production: {
          approval: { approvers: [approver] },
          gates: ['performance', 'smoke', 'rollback-rehearsal', 'uat'],
          uat: { testers: [tester], scenarios: ['says hello'] },
          watch: { seconds: 2, minRequests: 5, errorRate: 0.01 },
        },
      },
    },
    [helloFile]: helloProgram({ says, gates }),
  };
}

export type HumanGate = 'approval' | 'uat';

/** A run that goes through every stage, followed to its end. */
export interface Journey {
  /** Resolves when a stage of work is running. */
  untilIn(stage: string): Promise<void>;
  readonly ended: Promise<Shipped>;
}

export interface JourneyOptions {
  /** Comes between the question and its answer. */
  readonly beforeDeciding?: (kind: HumanGate) => Promise<void>;
}

/** Ships HEAD, and takes the decisions that it waits for. */
export function shipToTheEnd(project: Project, options: JourneyOptions = {}): Journey {
  let following = project.start(['ship', '--json']);

  async function toTheEnd(): Promise<Shipped> {
    for (;;) {
      const stop = await shipped(following);
      const { waiting, run } = stop.result;
      if (waiting?.kind !== 'approval' && waiting?.kind !== 'uat') return stop;
      await options.beforeDeciding?.(waiting.kind);
      await decide(project, run, waiting.kind);
      following = project.start(['run', run, '--follow', '--json']);
    }
  }

  return {
    untilIn: (stage) =>
      untilTrue(`the run to be in ${stage}`, () =>
        following.events.some((event) => event.type === 'stage' && event.name === stage),
      ),
    ended: toTheEnd(),
  };
}

async function decide(project: Project, run: string, kind: HumanGate): Promise<void> {
  const [args, user] = kind === 'approval' ? [['approve', run], approver] : [['uat', 'pass', run], tester];
  const { code, out, err } = await project.run([...args, '--json'], { user });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${out}${err}`);
}
