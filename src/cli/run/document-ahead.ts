import { checklistOf } from '../../core/checklist/cells.ts';
import { unreleasedFacts } from '../../core/checklist/unreleased.ts';
import { documentOf } from '../../core/document/document-of.ts';
import type { DeploymentDocument } from '../../core/document/document.ts';
import { revisionDiff, type RevisionDiff } from '../../core/document/revision-diff.ts';
import type { Settled } from '../../core/document/settled.ts';
import { loadSpec } from '../../spec/load.ts';
import { statedPaths } from '../../spec/stated-paths.ts';

/** The texts that a document is written from, and what the answers beside them come to. */
export interface DocumentParts {
  readonly specText: string;
  readonly settled: Settled;
}

/**
 * What another `deployer.yaml` and other answers do to the document, before any server has seen them: all but what was
 * observed, which neither changes. Null: one of both does not load, so that there is no document of it.
 */
export function documentChanges(
  before: DocumentParts,
  after: DocumentParts,
  now: Date,
): RevisionDiff['sections'] | null {
  const [was, becomes] = [documentAhead(before, now), documentAhead(after, now)];
  return was === null || becomes === null ? null : revisionDiff(was, becomes).sections;
}

function documentAhead({ specText, settled }: DocumentParts, now: Date): DeploymentDocument | null {
  const { definition } = loadSpec({ text: specText, file: 'deployer.yaml', folder: '.' });
  if (definition === null) return null;
  return documentOf({
    definition,
    stated: statedPaths(specText),
    basis: { kind: 'draft', by: 'you', at: now.toISOString(), newest: null },
    settled,
    environments: [],
    checklist: checklistOf(definition.key, unreleasedFacts(definition, now.getTime())),
    delivery: null,
    alerts: [],
    liveWaivers: [],
    database: null,
    drifts: [],
  });
}
