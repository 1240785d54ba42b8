import { posix } from 'node:path';

import { dateOf } from '../core/clock.ts';
import type { GivenFiles } from '../core/document/given-files.ts';
import { count } from '../core/texts/figures.ts';
import type { Actor } from '../core/pipeline/run.ts';
import { refuseElsewhere } from '../engine/elsewhere.ts';
import type { EngineParts } from '../engine/parts.ts';
import { DeployerError } from '../errors.ts';
import { sha256 } from '../lib/canonical-json.ts';
import { loadSpec } from '../spec/load.ts';
import { writeAudit } from '../store/audit.ts';
import { saveDraft } from '../store/documents.ts';
import { type Revised, reviseDocument } from './revise.ts';

export interface FilesToTake extends GivenFiles {
  readonly integration: string;
  readonly by: Actor;
}

/**
 * Takes `deployer.yaml` and answers as somebody has them, and writes the document from them. They are kept with their
 * audit row first: what a crash leaves unwritten is written when that row is seen.
 */
export async function takeFiles(
  parts: EngineParts,
  given: FilesToTake,
  signal: AbortSignal,
): Promise<Revised> {
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
      detail: { folder, spec: sha256(spec), answers: digestOf(answers), questions: digestOf(questions) },
    });
  });
  return await reviseDocument(parts, { integration, cause, by }, signal);
}

function digestOf(text: string | null): string | null {
  return text === null ? null : sha256(text);
}

function bytesOf(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text);
}

function refuseInvalid({ integration, folder, spec }: FilesToTake): void {
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
