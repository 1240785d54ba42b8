import { relative } from 'node:path';

import type { ApiClient } from '../../api/client.ts';
import { callerEnv } from '../../core/caller-env.ts';
import { DeployerError } from '../../errors.ts';
import { pushCommit } from '../../lib/git-clone.ts';
import { findRepository, modifiedFiles, resolveCommit } from '../../lib/git-repository.ts';
import type { Repository } from '../../lib/git.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { shortId } from '../output/digest-text.ts';
import { hintText } from '../output/error-text.ts';
import { findProject, integrationKey, keyOf } from '../project.ts';
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
    verbose: flag('--verbose', 'show the output of every stage'),
  },
  examples: [
    ['deployer ship', 'ship HEAD as far as deployer.yaml says'],
    ['deployer ship --to staging', 'stop after staging'],
    ['deployer ship --commit v1.4.0', 'ship a tag'],
    ['deployer ship --json | jq -r .type', 'one JSON object per line'],
  ],
  async run(context, { commit, release, to, detach, note, verbose }) {
    if (commit !== null && release !== null) throw eitherOr();
    const actor = await actorOf(context);
    const source = release === null ? await commitToShip(context, commit) : null;
    const integration = source?.integration ?? (await integrationKey(context));
    const shipped = await withServer(context, actor, async (client) => {
      if (source !== null) await push(client, source, context.signal);
      return client.call('ship', {
        body: {
          integration,
          folder: source?.folder ?? '.',
          commit: source?.commit ?? null,
          release,
          to,
          note,
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

interface Source {
  readonly integration: string;
  readonly repository: Repository;
  /** Of `deployer.yaml`, relative to the repository's root. */
  readonly folder: string;
  /** Full id. */
  readonly commit: string;
}

async function commitToShip(context: Context, revision: string | null): Promise<Source> {
  const project = await findProject(context);
  const { root, folder } = await findRepository(project.folder, context.signal);
  const repository: Repository = { kind: 'working', folder: root };
  const commit = await resolveCommit(repository, revision ?? 'HEAD', context.signal);
  if (revision === null) await refuseModified(repository, context);
  const integration = context.integration ?? (await keyOf(project, context.cwd));
  return { integration, repository, folder: folder.split('\\').join('/'), commit };
}

/** What is shipped is a commit: where the files differ from it, the user has to say which one is meant. */
async function refuseModified(repository: Repository, { cwd, signal }: Context): Promise<void> {
  const files = await modifiedFiles(repository, signal);
  if (files.length === 0) return;
  const shown = files.slice(0, 10).map((file) => relative(cwd, `${repository.folder}/${file}`));
  throw new DeployerError('tree_dirty', {
    message: `${files.length === 1 ? 'A tracked file is' : `${files.length} tracked files are`} modified, so HEAD is not what is here.`,
    hint: 'git commit -a   (or ship the commit as it is: deployer ship --commit HEAD)',
    detail: files.length > shown.length ? [...shown, `and ${files.length - shown.length} more`] : shown,
  });
}

async function push(client: ApiClient, source: Source, signal: AbortSignal): Promise<void> {
  const { integration, repository, commit } = source;
  const { url } = await client.call('source', { params: { integration } });
  await pushCommit({ from: repository, into: url, commit, wantsTag: () => true }, signal);
}

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
