import type { RunEvent } from '../../core/run.ts';
import type { RunView } from '../../api/views.ts';
import { RunProgress } from '../run/run-progress.ts';
import { runDeployer } from './demo-command.ts';
import type { Stage } from './demo-stage.ts';

type Result = Extract<RunEvent, { readonly type: 'result' }>;

/** Who decides in the demo, by what is waited for. */
const deciders = { uat: 'qa@example.com', approval: 'ops@example.com' } as const;

/** Ships HEAD and takes every gate of people, until the run ends. */
export async function shipThrough(stage: Stage): Promise<RunView> {
  const { place, say, signal } = stage;
  const shown = new ShownOnce(stage);
  const shipped = await runDeployer(
    place,
    { args: ['ship'], user: 'dev@example.com', onLine: (line) => shown.read(line as RunEvent) },
    signal,
  );
  let result = asResult(shipped.last);
  while (result.state === 'waiting') {
    await decide(stage, result);
    shown.again();
    const args = ['run', result.run, '--follow'];
    const followed = await runDeployer(
      place,
      { args, user: 'dev@example.com', onLine: (line) => shown.read(line as RunEvent) },
      signal,
    );
    result = asResult(followed.last);
  }
  say('');
  const { last } = await runDeployer(place, { args: ['run', result.run], user: 'dev@example.com' }, signal);
  return last as RunView;
}

async function decide({ place, say, style, signal }: Stage, { run, waiting }: Result): Promise<void> {
  const kind = waiting?.kind;
  if (kind !== 'uat' && kind !== 'approval')
    throw new Error(`the demo cannot go on: ${waiting?.reason ?? run}`);
  const user = deciders[kind];
  const args = kind === 'uat' ? ['uat', 'pass', run] : ['approve', run];
  const { code } = await runDeployer(place, { args, user }, signal);
  if (code !== 0) throw new Error(`deployer ${args.join(' ')} ended with ${code}`);
  say(
    `  ${style.attention('•')} ${style.bold(user)} decides: ${style.command(`deployer ${args.join(' ')}`)}`,
  );
}

function asResult(line: unknown): Result {
  const event = line as RunEvent | null;
  if (event?.type !== 'result') throw new Error(`the demo cannot go on: ${JSON.stringify(line)}`);
  return event;
}

/** Every event is told from the first one again; what was shown is not shown twice. */
class ShownOnce {
  readonly #stage: Stage;
  readonly #progress: RunProgress;
  #shown = 0;
  #position = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#progress = new RunProgress({ style: stage.style, width: stage.width, isVerbose: false });
  }

  again(): void {
    this.#position = 0;
  }

  read(event: RunEvent): void {
    if (event.type === 'result') return;
    this.#position += 1;
    if (this.#position <= this.#shown) return;
    this.#shown = this.#position;
    if (event.type === 'switched-back') this.#stage.switchedBack.push(event);
    // Whoever decides is named by the demo itself.
    if (event.type === 'waiting') return;
    const text = this.#progress.read(event);
    if (text !== null) this.#stage.say(text);
  }
}
