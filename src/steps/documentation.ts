import { posix } from 'node:path';

import {
  documentationFinding,
  mostDocuments,
  unreadDocumentation,
  withFolders,
} from '../core/checklist/documentation.ts';
import type { DocumentationFinding, InterfaceFinding } from '../core/checklist/facts.ts';
import { count } from '../core/figures.ts';
import type { DocumentationDefinition } from '../core/integration.ts';
import type { CommitFiles, CommitRef, Sources } from '../core/sources.ts';
import type { StepContext } from '../core/step.ts';
import type { Evidence } from '../core/verdict.ts';
import { messageOf } from '../lib/message-of.ts';

export interface DocumentationPorts {
  readonly sources: Sources;
  readonly commits: CommitFiles;
}

/** Looks at the documents that are asked for, at the commit. What is wrong with them ends no run. */
export async function documentationEvidence(
  { definition, documentation: asked, run, signal, log }: StepContext,
  ports: DocumentationPorts,
): Promise<readonly Evidence[]> {
  const documentation = asked ?? definition.documentation;
  if (documentation === undefined) return [];
  const source = { integration: run.integration, commit: run.commit };
  const looked = { source, folder: definition.folder, documentation, signal };
  const finding = await found(ports, looked);
  const { files, brokenLinks, unread } = finding;
  const seen = `${count(files.length, 'file')}, ${count(brokenLinks.length, 'link')} that lead nowhere`;
  log(`documentation: ${unread ?? seen}`, 'note');
  return [{ kind: 'documentation', body: { ...finding, globs: documentation } }];
}

async function found(ports: DocumentationPorts, looked: Looked): Promise<DocumentationFinding> {
  const { source, folder, documentation, signal } = looked;
  try {
    const named = await ports.commits.matching(source, folder, documentation.files, signal);
    if (named.length > mostDocuments) {
      const reason = `\`documentation.files\` matches ${named.length} files, more than ${mostDocuments}`;
      return unreadDocumentation(reason);
    }
    return documentationFinding({
      documents: await documentsOf(ports, looked),
      missing: await missingGlobs(ports, looked),
      paths: withFolders(await ports.commits.paths(source, signal)),
      interface: await interfaceOf(ports, looked),
    });
  } catch (error) {
    signal.throwIfAborted();
    return unreadDocumentation(`the documents could not be read: ${messageOf(error)}`);
  }
}

interface Looked {
  readonly source: CommitRef;
  readonly folder: string;
  readonly documentation: DocumentationDefinition;
  readonly signal: AbortSignal;
}

async function documentsOf(
  { sources }: DocumentationPorts,
  { source, folder, documentation, signal }: Looked,
): Promise<ReadonlyMap<string, string>> {
  const files = await sources.filesAt(source, folder, documentation.files, signal);
  const decoder = new TextDecoder();
  return new Map([...files].map(([path, content]) => [posix.join(folder, path), decoder.decode(content)]));
}

async function missingGlobs(
  { commits }: DocumentationPorts,
  { source, folder, documentation, signal }: Looked,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const glob of documentation.files) {
    if ((await commits.matching(source, folder, [glob], signal)).length === 0) missing.push(glob);
  }
  return missing;
}

/** Whether the documents were changed in, or after, the commit that changed the interface last. */
async function interfaceOf(
  { commits }: DocumentationPorts,
  { source, folder, documentation, signal }: Looked,
): Promise<InterfaceFinding | null> {
  if (documentation.interface.length === 0) return null;
  const changed = async (globs: readonly string[]): Promise<string | null> =>
    commits.lastChange(source, await commits.matching(source, folder, globs, signal), signal);
  const changedIn = await changed(documentation.interface);
  const documentedIn = await changed(documentation.files);
  const isDocumented =
    changedIn !== null &&
    documentedIn !== null &&
    (await commits.isAncestor({ ...source, commit: documentedIn }, changedIn, signal));
  return { changedIn, documentedIn, isDocumented };
}
