import { posix } from 'node:path';

import type { ShipRequest } from '../api/requests.ts';
import { count } from '../core/texts/figures.ts';
import type { CommitRef } from '../core/releases/sources.ts';
import type { ShipOrder } from '../engine/acts/ship.ts';
import type { EngineParts } from '../engine/parts.ts';
import { DeployerError } from '../errors.ts';
import { loadSpec } from '../spec/load.ts';
import { findRelease, newestCommits } from '../store/releases.ts';
import { useRelease } from '../store/retention.ts';

/** What is to be shipped, read from the server's own clone at the commit: nobody's folder has a say in it. */
export async function shipOrder(
  parts: EngineParts,
  request: ShipRequest,
  signal: AbortSignal,
): Promise<Omit<ShipOrder, 'by'>> {
  const { integration, branch, to, note, env } = request;
  const asked = await askedCommit(parts, request);
  const source = { integration, commit: asked.commit };
  const people = await parts.commits.facts(source, signal);
  if (!request.newHistory) await refuseOtherRepository(parts, source, signal);
  const text = await parts.commits.spec(source, asked.folder, signal);
  const file = posix.join(asked.folder, 'deployer.yaml');
  if (text === null) {
    throw new DeployerError('spec_not_found', {
      message: `There is no ${file} at commit ${asked.commit.slice(0, 7)}.`,
      hint: `git add ${file} && git commit`,
    });
  }
  const { definition, problems } = loadSpec({ text, file, folder: asked.folder });
  if (definition === null) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    throw new DeployerError('spec_invalid', {
      message: `${file} at commit ${asked.commit.slice(0, 7)} has ${count(errors.length, 'problem')}.`,
      hint: 'deployer check',
      detail: errors.map(
        ({ line, column, path, message }) => `${file}:${line}:${column} ${path}: ${message}`,
      ),
    });
  }
  if (definition.key !== integration) {
    throw new DeployerError('request_invalid', {
      message: `${file} at that commit is of "${definition.key}", not of "${integration}".`,
      hint: `deployer ship --integration ${definition.key}`,
    });
  }
  return { definition, commit: people.commit, authors: people.authors, branch, to, note, env };
}

async function askedCommit(
  { database }: EngineParts,
  { integration, commit, release, folder }: ShipRequest,
): Promise<{ readonly commit: string; readonly folder: string }> {
  if (release !== null) {
    const row = await findRelease(database.db, integration, release);
    await useRelease(database.db, row);
    return { commit: row.commit, folder: row.definition.folder };
  }
  if (commit !== null) return { commit, folder };
  throw new DeployerError('request_invalid', {
    message: 'A ship needs a commit or a release.',
    hint: 'deployer ship',
    path: 'commit',
  });
}

/** A history that was merged or branched shares a commit with one of these; nobody ships so many at once. */
const comparedReleases = 50;

/** One server knows one integration of a key: another repository with that key would take over what is live. */
async function refuseOtherRepository(
  { database, commits }: EngineParts,
  source: CommitRef,
  signal: AbortSignal,
): Promise<void> {
  const { integration, commit } = source;
  const known = await newestCommits(database.db, integration, comparedReleases);
  const others = known.map((release) => release.commit);
  if (!(await commits.isUnrelated(source, others, signal))) return;
  throw new DeployerError('history_unrelated', {
    message: `Commit ${commit.slice(0, 7)} shares no history with any release of "${integration}", the newest of which is ${known[0]?.version}: it is of another repository.`,
    hint: 'Give this integration a key of its own in deployer.yaml. If the history was rewritten: deployer ship --new-history',
    path: 'integration.key',
  });
}
