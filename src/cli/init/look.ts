import { basename } from 'node:path';

import { DeployerError } from '../../errors.ts';
import type { Draft } from '../../questionnaire/draft/draft.ts';
import { draftOf } from '../../questionnaire/draft/draft-of.ts';
import type { Finding } from '../../questionnaire/findings/finding.ts';
import { findingsOf } from '../../questionnaire/findings/findings-of.ts';
import { type Listing } from '../../questionnaire/findings/listing.ts';
import { survey, type Survey } from '../../questionnaire/findings/survey.ts';
import { mainBranch } from './git-facts.ts';
import { listFolder } from './list-folder.ts';
import { starterFiles } from './starter.ts';

/** What a look at a folder came to. */
export interface Look {
  readonly found: Survey;
  readonly findings: readonly Finding[];
  readonly draft: Draft;
  /** Files of a working agent, where there was nothing to deploy: text by path. */
  readonly starter: ReadonlyMap<string, string>;
}

/** More would not fit a `deployer.yaml`, and are hardly one integration. */
const mostComponents = 100;

export interface Looker {
  readonly actor: string;
  readonly signal: AbortSignal;
}

/** Looks at a folder. Throws `nothing_to_deploy` where there are programs of which it cannot tell how they start. */
export async function lookAt(folder: string, { actor, signal }: Looker): Promise<Look> {
  const listing = await listFolder(folder, signal);
  const git = { branch: await mainBranch(folder, signal) };
  const surroundings = { folderName: basename(folder), actor };
  const found = survey(listing, git);
  const draft = draftOf(found, surroundings);
  const findings = findingsOf(found);
  if (draft !== null && draft.components.length > mostComponents)
    throw tooMany(folder, draft.components.length);
  if (draft !== null) return { found, findings, draft, starter: new Map() };
  if (found.strange !== null || found.packages.length > 0) throw nothingToDeploy(folder, found);
  const starter = new Map([...starterFiles()].filter(([path]) => !listing.has(path)));
  if (listing.files.some(({ path }) => path.startsWith('agent/'))) throw nothingToDeploy(folder, found);
  const begun = survey(withFiles(listing, starter), git);
  const own = draftOf(begun, surroundings);
  if (own === null) throw new Error('the starter has nothing to deploy');
  return { found: begun, findings, draft: own, starter };
}

function tooMany(folder: string, count: number): DeployerError {
  return new DeployerError('usage', {
    message: `${count} programs were found in ${folder}; an integration has at most ${mostComponents} here.`,
    hint: 'Name the folder of one integration: deployer init --folder <folder>',
  });
}

function withFiles({ files, has, read }: Listing, more: ReadonlyMap<string, string>): Listing {
  const added = [...more].map(([path, text]) => ({ path, size: Buffer.byteLength(text) }));
  return {
    files: [...files, ...added].sort((a, b) => (a.path < b.path ? -1 : 1)),
    has: (path) => more.has(path) || has(path),
    read: (path) => more.get(path) ?? read(path),
  };
}

function nothingToDeploy(folder: string, { packages, strange }: Survey): DeployerError {
  const seen = strange === null ? packages.map(({ manifest }) => manifest.path) : [strange];
  return new DeployerError('nothing_to_deploy', {
    message: `Nothing in ${folder} says how a program there is started.`,
    hint: 'Say it in a Procfile (web: <command>) or a Dockerfile (CMD …), then: deployer init',
    detail: seen.length === 0 ? [] : [`seen: ${seen.slice(0, 5).join(', ')}`],
  });
}
