import { join } from 'node:path';

import type { ApiClient } from '../../api/client.ts';
import type { DocumentRequest } from '../../api/requests.ts';
import type { DocumentView } from '../../api/views/documents.ts';
import { findRepository } from '../../lib/git-repository.ts';
import type { Context } from '../context.ts';
import { actorOf } from '../identity.ts';
import { type Project, keyOf } from '../project.ts';
import { withRunningServer, withServer } from '../server/connect.ts';
import { textsIn } from './questionnaire-files.ts';
import { type Replaced, replaceDocument } from './write-document.ts';

/** Where the document stands in a repository, beside the answers. */
export const documentFile = 'deployment/document.md';

export interface GivenDocument {
  readonly view: DocumentView;
  readonly file: Replaced;
}

export interface Giving {
  readonly cause: DocumentRequest['cause'];
  /** The question that was answered; null: none in particular. */
  readonly subject: string | null;
  /** Whether a server is started when none runs. */
  readonly startsServer: boolean;
}

/**
 * Gives the server `deployer.yaml` and the answers beside it as they stand, which makes a revision of the document, and
 * writes that into the repository. Called after the files are written: what goes wrong here leaves them as they are.
 * Null: no server runs, and none was to be started.
 */
export async function giveDocument(
  context: Context,
  project: Project,
  { cause, subject, startsServer }: Giving,
): Promise<GivenDocument | null> {
  const { folder } = project;
  const texts = await textsIn(folder);
  const text = texts.spec ?? project.text;
  const integration = await keyOf({ ...project, text }, context.cwd);
  const body = {
    cause,
    subject,
    folder: await folderInRepository(folder, context.signal),
    ...texts,
    spec: text,
  };
  const actor = await actorOf(context);
  const give = (client: ApiClient): Promise<DocumentView> =>
    client.call('documentGiven', { params: { integration }, body }, { signal: context.signal });
  const view = startsServer
    ? await withServer(context, actor, give)
    : await withRunningServer(context, give, actor);
  if (view === null) return null;
  return { view, file: await replaceDocument(join(folder, documentFile), view.content ?? '') };
}

/** Why a file is not written, and what to type instead; null: it is. */
export function whyItStays(file: Replaced): string | null {
  if (file === 'theirs')
    return `${documentFile} is not of Deployer's making and stays as it is: deployer document --output <file>`;
  if (file === 'edited')
    return `${documentFile} was edited by hand and stays as it is. What differs: deployer document | diff -I '^<!-- As Deployer' ${documentFile} -   To have it written anew: deployer document --output ${documentFile}`;
  return null;
}

/** A folder that is in no repository yet is at the root of one to come. */
async function folderInRepository(folder: string, signal: AbortSignal): Promise<string> {
  try {
    return (await findRepository(folder, signal)).folder;
  } catch {
    return '.';
  }
}
