import { posix } from 'node:path';

import {
  documentationFinding,
  mostDocuments,
  unreadDocumentation,
  withFolders,
} from '../core/checklist/documentation.ts';
import type { DocumentationFinding, InterfaceFinding } from '../core/checklist/facts.ts';
import { count } from '../core/texts/figures.ts';
import type { DocumentationDefinition } from '../core/definition/integration.ts';
import type { CommitFiles, CommitRef, CommitTree, Sources } from '../core/releases/sources.ts';
import type { StepContext } from '../core/pipeline/step.ts';
import type { Evidence } from '../core/verdicts/verdict.ts';
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
    const tree = await ports.commits.tree(source, signal);
    const named = tree.matching(folder, documentation.files);
    if (named.length > mostDocuments) {
      const reason = `\`documentation.files\` matches ${named.length} files, more than ${mostDocuments}`;
      return unreadDocumentation(reason);
    }
    return documentationFinding({
      documents: await documentsOf(ports, looked),
      missing: documentation.files.filter((glob) => tree.matching(folder, [glob]).length === 0),
      paths: withFolders(tree.paths),
      interface: await interfaceOf(ports, looked, tree),
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

/** Whether the documents were changed in, or after, the commit that changed the interface last. */
async function interfaceOf(
  { commits }: DocumentationPorts,
  { source, folder, documentation, signal }: Looked,
  tree: CommitTree,
): Promise<InterfaceFinding | null> {
  if (documentation.interface.length === 0) return null;
  const changed = (globs: readonly string[]): Promise<string | null> =>
    commits.lastChange(source, tree.matching(folder, globs), signal);
  const changedIn = await changed(documentation.interface);
  const documentedIn = await changed(documentation.files);
  const isDocumented =
    changedIn !== null &&
    documentedIn !== null &&
    (await commits.isAncestor({ ...source, commit: documentedIn }, changedIn, signal));
  return { changedIn, documentedIn, isDocumented };
}
