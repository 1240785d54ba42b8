import { callerEnv } from '../../core/pipeline/caller-env.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { shortId } from '../output/digest-text.ts';
import { hintText } from '../output/error-text.ts';
import { integrationKey } from '../project.ts';
import { followRun } from '../run/follow-run.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, flag, text, type Verb } from '../verb.ts';

export const ship: Verb = defineVerb({
  name: 'ship',
  group: 'Ship',
  summary: 'take a commit through tests and environments towards production',
  about:
    'Follows the run until it ends or waits for a person; Ctrl-C leaves it running.\n' +
    'Exit codes: 0 done, 1 failed, 3 waiting for a person or a freeze, 5 undecided, 130 left with Ctrl-C.',
  arguments: {},
  options: {
    commit: text('--commit <revision>', 'what to ship (default: HEAD, of a folder without modified files)'),
    release: text('--release <release>', 'ship an existing release again', 'release'),
    to: text(
      '--to <environment>',
      'the last environment to reach (default: as deployer.yaml says)',
      'environment',
    ),
    detach: flag('--detach', 'start it and return at once'),
    note: text('--note <text>', 'a sentence to keep with the run'),
    newHistory: flag('--new-history', 'the history of the repository was rewritten: it is the same one'),
    verbose: flag('--verbose', 'show the output of every stage'),
  },
  examples: [
    ['deployer ship', 'ship HEAD as far as deployer.yaml says'],
    ['deployer ship --to staging', 'stop after staging'],
    ['deployer ship --commit v1.4.0', 'ship a tag'],
    ['deployer ship --json | jq -r .type', 'one JSON object per line'],
  ],
  async run(context, { commit, release, to, detach, note, newHistory, verbose }) {
    if (commit !== null && release !== null) throw eitherOr();
    // Loaded late: what runs Git is slow to load, and only this verb needs so much of it.
    const { commitToShip, pushSource } = await import('../run/commit-to-ship.ts');
    const actor = await actorOf(context);
    const source = release === null ? await commitToShip(context, commit) : null;
    const integration = source?.integration ?? (await integrationKey(context));
    const shipped = await withServer(context, actor, async (client) => {
      if (source !== null) await pushSource(client, source, context.signal);
      return client.call('ship', {
        body: {
          integration,
          folder: source?.folder ?? '.',
          commit: source?.commit ?? null,
          branch: source?.branch ?? null,
          release,
          to,
          note,
          newHistory,
          env: callerEnv(context.env),
        },
      });
    });
    if (detach) return sayStarted(context, shipped);
    if (!context.isJson)
      context.terminal.out.line(title(context, shipped.run, source?.commit ?? release ?? ''));
    return followRun(context, { run: shipped.run, isVerbose: verbose });
  },
});

function sayStarted({ isJson, terminal: { out } }: Context, shipped: { run: string; state: string }): number {
  if (isJson) {
    const at = new Date().toISOString();
    out.line(JSON.stringify({ type: 'result', run: shipped.run, at, state: shipped.state, waiting: null }));
  } else {
    out.line(`${out.style.command('•')} ${out.style.bold(shipped.run)} is ${shipped.state}`);
    out.line(hintText(`deployer run ${shipped.run} --follow`, out.style));
  }
  return exitCode.done;
}

function title({ terminal: { out } }: Context, run: string, what: string): string {
  return `${out.style.bold(run)}  ${out.style.dim(shortId(what))}\n`;
}

function eitherOr(): DeployerError {
  return new DeployerError('usage', {
    message: 'Either --commit or --release, not both.',
    hint: 'deployer ship --help',
  });
}
