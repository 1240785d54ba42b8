import { access } from 'node:fs/promises';
import { posix } from 'node:path';

import type { CommitFiles, CommitLog, CommitRef, Sources } from '../core/releases/sources.ts';
import { isVersionTag, versionCandidates } from '../core/releases/version.ts';
import { DeployerError } from '../errors.ts';
import type { Repository } from '../lib/git.ts';
import { checkOut } from '../lib/git-checkout.ts';
import { commitFacts } from '../lib/git-commit.ts';
import {
  ancestorsAmong,
  countCommits,
  isAncestor,
  isUnrelated,
  resolveCommit,
} from '../lib/git-repository.ts';
import { lastChangeOf } from '../lib/git-last-change.ts';
import { nearestTags } from '../lib/git-tags.ts';
import { commitTimes } from '../lib/git-times.ts';
import { listTree, matchingEntries, readBlob, readFileAt, type TreeEntry } from '../lib/git-tree.ts';
import { mapAhead } from '../lib/map-ahead.ts';
import { isNodeError } from '../lib/node-error.ts';

/** Each is a process of its own. */
const readAtOnce = 4;

/** Sources and commits as the server's bare clones have them: one per integration. */
export function gitSources(cloneOf: (integration: string) => string): Sources & CommitLog & CommitFiles {
  const clone = ({ integration }: CommitRef): Repository => ({ kind: 'bare', folder: cloneOf(integration) });
  return {
    checkout: (source, into, signal) =>
      checkOut({ clone: clone(source), commit: source.commit, folder: '.', into }, signal),

    async filesAt(source, folder, globs, signal) {
      const entries = matchingEntries(await listTree(clone(source), source.commit, signal), folder, globs);
      const contents = mapAhead(entries, readAtOnce, async (entry) => {
        const content = await contentOf(clone(source), source.commit, entry, signal);
        return { path: posix.relative(folder, entry.path), content };
      });
      const files = new Map<string, Buffer>();
      for await (const { path, content } of contents) files.set(path, content);
      return files;
    },

    async versionOf(source, isTaken, signal) {
      const { integration: key, commit } = source;
      const tags = await nearestTags(
        clone(source),
        { commit, isWanted: (name) => isVersionTag(key, name) },
        signal,
      );
      const commits = await countCommits(clone(source), commit, signal);
      const candidates = versionCandidates({ key, commit, tags, commits });
      for (const version of candidates) if (!(await isTaken(version))) return version;
      throw new Error(`every version of ${commit} is taken`);
    },

    async facts(source, signal) {
      const commit = await resolveCommit(clone(source), source.commit, signal);
      const { subject, author, coAuthors } = await commitFacts(clone(source), commit, signal);
      return { commit, subject, authors: [author, ...coAuthors].map(({ email }) => email) };
    },

    async spec(source, folder, signal) {
      const path = posix.join(folder, 'deployer.yaml');
      const file = await readFileAt(clone(source), { commit: source.commit, path }, signal);
      return file === null ? null : file.toString('utf8');
    },

    async has(source, signal) {
      return (await timesIn(cloneOf(source.integration), [source.commit], signal)).has(source.commit);
    },

    file: (source, path, signal) => readFileAt(clone(source), { commit: source.commit, path }, signal),

    times: (integration, commits, signal) => timesIn(cloneOf(integration), commits, signal),

    isAncestor: (source, ancestor, signal) =>
      isAncestor(clone(source), { ancestor, commit: source.commit }, signal),

    ancestorsAmong: (source, others, signal) =>
      ancestorsAmong(clone(source), { commit: source.commit, others }, signal),

    isUnrelated: (source, others, signal) =>
      isUnrelated(clone(source), { commit: source.commit, others }, signal),

    async tree(source, signal) {
      const entries = await listTree(clone(source), source.commit, signal);
      return {
        paths: entries.map(({ path }) => path),
        matching: (folder, globs) => matchingEntries(entries, folder, globs).map(({ path }) => path),
      };
    },

    lastChange: (source, paths, signal) =>
      lastChangeOf(clone(source), { commit: source.commit, paths }, signal),
  };
}

/** Of a clone that is gone, no commit is there. */
async function timesIn(
  folder: string,
  commits: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  return (await isGone(folder)) ? new Map() : await commitTimes({ kind: 'bare', folder }, commits, signal);
}

/** One that only cannot be reached is not gone. */
async function isGone(folder: string): Promise<boolean> {
  try {
    await access(folder);
    return false;
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return true;
    throw error;
  }
}

/** A link counts for what it leads to: a prompt must not change behind an unchanged link. */
async function contentOf(
  repository: Repository,
  commit: string,
  entry: TreeEntry,
  signal: AbortSignal,
): Promise<Buffer> {
  if (entry.kind !== 'link') return readBlob(repository, entry.object, signal);
  const content = await readFileAt(repository, { commit, path: entry.path }, signal);
  if (content !== null) return content;
  throw new DeployerError('repository_invalid', {
    message: `The symbolic link ${entry.path} leads to no file of commit ${commit}.`,
    hint: 'Commit what it leads to, or exclude the link from the globs in deployer.yaml.',
  });
}
