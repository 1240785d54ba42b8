import type { Logger } from 'pino';

import { isHere } from '../engine/elsewhere.ts';
import type { EngineParts } from '../engine/parts.ts';
import { messageOf } from '../lib/message-of.ts';
import { deployerItself } from '../store/audit.ts';
import { isDatabaseAway } from '../store/connection-lost.ts';
import { hostOfIntegration } from '../store/environments.ts';
import { reviseDocument } from './revise.ts';

/** One that takes longer, as Git or a place does not answer, is left to the next hour. */
const documentMs = 20_000;

export interface RevisingHere {
  readonly integration: string;
  readonly logger: Logger;
}

/** `elsewhere`: another host keeps it true. */
export type RevisionOutcome = 'new' | 'same' | 'elsewhere' | { readonly failed: string };

/** Looks whether a document still says what is so. One that cannot be written keeps no other from being so. */
export async function reviseHere(
  parts: EngineParts,
  { integration, logger }: RevisingHere,
  signal: AbortSignal,
): Promise<RevisionOutcome> {
  signal.throwIfAborted();
  if (!isHere(parts, await hostOfIntegration(parts.database.db, integration))) return 'elsewhere';
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(documentMs)]);
    const { isNew } = await reviseDocument(parts, { integration, by: deployerItself }, deadline);
    return isNew ? 'new' : 'same';
  } catch (error) {
    signal.throwIfAborted();
    if (isDatabaseAway(error)) throw error;
    const failed = messageOf(error);
    logger.warn({ integration, reason: failed }, 'a document could not be written');
    return { failed };
  }
}
