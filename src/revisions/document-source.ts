import { posix } from 'node:path';

import type { DocumentBasis } from '../core/document/facts.ts';
import type { IntegrationDefinition } from '../core/definition/integration.ts';
import type { CommitLog } from '../core/releases/sources.ts';
import type { EngineParts } from '../engine/parts.ts';
import { DeployerError } from '../errors.ts';
import { answersFile, questionsFile } from '../questionnaire/answers.ts';
import { loadSpec } from '../spec/load.ts';
import { type DocumentDraftRow, findDraft } from '../store/documents.ts';
import { iso } from '../store/json.ts';
import { newestRelease, type ReleaseRow } from '../store/releases.ts';

/** What a document is written from. */
export interface DocumentSource extends DocumentFiles {
  /** The newest one when the document was begun: a later one is for the next revision. Null: there was none. */
  readonly release: ReleaseRow | null;
}

/** The files that a document is written from, at the newest release, or as they were given to the server since. */
export interface DocumentFiles {
  readonly definition: IntegrationDefinition;
  readonly basis: DocumentBasis;
  /** Text of `deployer.yaml`; null: the clone does not have the commit any more. */
  readonly spec: string | null;
  readonly answers: string | null;
  readonly questions: string | null;
}

export async function documentSource(
  parts: EngineParts,
  integration: string,
  signal: AbortSignal,
): Promise<DocumentSource> {
  const { db } = parts.database;
  const release = await newestRelease(db, integration);
  const draft = await findDraft(db, integration);
  if (draft !== null && (release === null || draft.at > release.created_at)) {
    return { ...ofDraft(draft, release), release };
  }
  if (release !== null) return { ...(await ofRelease(parts, release, signal)), release };
  throw new DeployerError('document_missing', {
    message: `Nothing is known of ${integration} that a document could be written from.`,
    hint: 'deployer ship   (or deployer init, which describes it first)',
  });
}

function ofDraft(draft: DocumentDraftRow, release: ReleaseRow | null): DocumentFiles {
  const spec = draft.spec.toString('utf8');
  const file = posix.join(draft.folder, 'deployer.yaml');
  const { definition } = loadSpec({ text: spec, file, folder: draft.folder });
  if (definition === null) {
    // Only what could be loaded is taken: a later version of Deployer may refuse what an earlier one took.
    throw new DeployerError('spec_invalid', {
      message: `${file}, as ${draft.identity} gave it to the server, has problems.`,
      hint: 'deployer check',
    });
  }
  return {
    definition,
    basis: { kind: 'draft', by: draft.identity, at: iso(draft.at), newest: release?.version ?? null },
    spec,
    answers: draft.answers?.toString('utf8') ?? null,
    questions: draft.questions?.toString('utf8') ?? null,
  };
}

/**
 * What could not be read is no reason to say that it is not there: a revision that says so stays for ever. So only a
 * commit that is not there counts as gone, and any other failure is one.
 */
export async function ofRelease(
  { commits }: { readonly commits: Pick<CommitLog, 'has' | 'file'> },
  release: Pick<ReleaseRow, 'id' | 'integration' | 'commit' | 'definition' | 'version' | 'created_at'>,
  signal: AbortSignal,
): Promise<DocumentFiles> {
  const { integration, commit, definition } = release;
  const isThere = await commits.has({ integration, commit }, signal);
  const read = async (name: string): Promise<string | null> => {
    if (!isThere) return null;
    const path = posix.join(definition.folder, name);
    const content = await commits.file({ integration, commit }, path, signal);
    return content === null ? null : Buffer.from(content).toString('utf8');
  };
  const [spec, answers, questions] = await Promise.all(
    ['deployer.yaml', answersFile, questionsFile].map(read),
  );
  const basis = {
    kind: 'release',
    release: release.id,
    version: release.version,
    commit,
    at: iso(release.created_at),
  } as const;
  return { definition, basis, spec: spec ?? null, answers: answers ?? null, questions: questions ?? null };
}
