import { posix } from 'node:path';

import { documentationFinding, withFolders } from '../core/checklist/documentation.ts';
import type { InterfaceFinding } from '../core/checklist/facts.ts';
import type { DocumentationDefinition } from '../core/integration.ts';
import type { CommitFiles, CommitRef, Sources } from '../core/sources.ts';
import type { StepContext } from '../core/step.ts';
import type { Evidence } from '../core/verdict.ts';

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
  const finding = documentationFinding({
    documents: await documentsOf(ports, looked),
    missing: await missingGlobs(ports, looked),
    paths: withFolders(await ports.commits.paths(source, signal)),
    interface: await interfaceOf(ports, looked),
  });
  const { files, brokenLinks } = finding;
  log(`documentation: ${files.length} files, ${brokenLinks.length} links that lead nowhere`, 'note');
  return [{ kind: 'documentation', body: { ...finding, globs: documentation } }];
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
