import { posix } from 'node:path';

import type { DocumentRequest } from '../../api/requests.ts';
import type { DocumentView } from '../../api/views/documents.ts';
import { dateOf } from '../../core/clock.ts';
import { count } from '../../core/figures.ts';
import type { Actor } from '../../core/run.ts';
import { refuseElsewhere } from '../../engine/elsewhere.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { DeployerError } from '../../errors.ts';
import { sha256 } from '../../lib/canonical-json.ts';
import { loadSpec } from '../../spec/load.ts';
import { writeAudit } from '../../store/audit.ts';
import { saveDraft } from '../../store/documents.ts';
import { viewOf } from './document-view.ts';
import { reviseDocument } from './revise.ts';

export interface GivenFiles extends DocumentRequest {
  readonly integration: string;
  readonly by: Actor;
}

/**
 * Takes `deployer.yaml` and answers as somebody has them, and writes the document from them. They are kept with their
 * audit row first: what a crash leaves unwritten is written when that row is seen.
 */
export async function takeFiles(
  parts: EngineParts,
  given: GivenFiles,
  signal: AbortSignal,
): Promise<DocumentView> {
  const { integration, by, cause, subject, folder, spec, answers, questions } = given;
  refuseInvalid(given);
  const { db: reading } = parts.database;
  await refuseElsewhere(parts, reading, { integration, command: 'deployer document --give' });
  const at = dateOf(parts.clock);
  await parts.database.transaction(async ({ db }) => {
    await saveDraft(db, {
      integration,
      folder,
      spec: Buffer.from(spec),
      answers: bytesOf(answers),
      questions: bytesOf(questions),
      identity: by.identity,
      proven: by.proven,
      at,
    });
    await writeAudit(db, {
      integration,
      actor: by,
      action: cause,
      subject: subject ?? integration,
      detail: { spec: sha256(spec), answers: answers === null ? null : sha256(answers) },
    });
  });
  return viewOf(await reviseDocument(parts, { integration, cause, by }, signal), 'md');
}

function bytesOf(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text);
}

function refuseInvalid({ integration, folder, spec }: GivenFiles): void {
  const file = posix.join(folder, 'deployer.yaml');
  const { definition, problems } = loadSpec({ text: spec, file, folder });
  if (definition === null) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    throw new DeployerError('spec_invalid', {
      message: `${file} has ${count(errors.length, 'problem')}, so no document was written from it.`,
      hint: 'deployer check',
      detail: errors.map(
        ({ line, column, path, message }) => `${file}:${line}:${column} ${path}: ${message}`,
      ),
    });
  }
  if (definition.key === integration) return;
  throw new DeployerError('request_invalid', {
    message: `${file} is of "${definition.key}", not of "${integration}".`,
    hint: `deployer document --integration ${definition.key}`,
    path: 'integration.key',
  });
}
