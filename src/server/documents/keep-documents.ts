import type { Logger } from 'pino';

import { count } from '../../core/figures.ts';
import type { BackgroundWork } from '../../engine/background.ts';
import { isHere } from '../../engine/elsewhere.ts';
import type { EngineParts } from '../../engine/parts.ts';
import type { ScheduledWork } from '../../engine/schedules.ts';
import { localTimeZone } from '../../lib/cron.ts';
import { messageOf } from '../../lib/message-of.ts';
import { deployerItself } from '../../store/audit.ts';
import {
  auditPosition,
  documentCursor,
  integrationsSince,
  moveDocumentCursor,
  positionBefore,
} from '../../store/audited-since.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import { documentedIntegrations } from '../../store/documents.ts';
import { hostOfIntegration } from '../../store/environments.ts';
import { takeConvergence } from '../../store/workers.ts';
import { reviseDocument } from './revise.ts';

/** What another host has written down may seem to be a little older than it is. */
const clocksDifferMs = 60_000;

/** One that takes longer, as Git or a place does not answer, is left to the next hour. */
const documentMs = 20_000;

/**
 * After this a round begins no further batch; one batch at its longest, begun then, still ends within what is allowed.
 */
const roundMs = 60_000;
const batchSize = 20;

/**
 * Keeps documents true to what is done: whatever the audit has that this host has not seen yet makes the documents it
 * is about be written again, some in each round. Where it has got to is recorded after each: a crash repeats a look,
 * and loses none.
 */
export function documentsOfActs(parts: EngineParts, logger: Logger): BackgroundWork {
  let seen: string | null = null;
  const began = new Date(parts.clock.now() - clocksDifferMs);
  return {
    name: 'documents',
    everyMs: 5000,
    allowedMs: 10 * 60_000,
    async run(signal) {
      const { db } = parts.database;
      const host = parts.worker.host.id;
      let end = await auditPosition(db);
      seen ??= await documentCursor(db, host);
      // One worker of the host is enough.
      if (seen === end || !(await takeConvergence(db, parts.worker))) return;
      const goTo = async (position: string): Promise<void> => {
        await moveDocumentCursor(db, host, position);
        seen = position;
      };
      // At the first look ever, what was done before this worker began is for the schedule.
      if (seen === null) await goTo((await positionBefore(db, began)) ?? end);
      const untilMs = performance.now() + roundMs;
      while (performance.now() < untilMs) {
        const changed = await integrationsSince(db, { position: seen ?? end, limit: batchSize });
        for (const { integration, position } of changed) {
          await reviseHere(parts, { integration, logger }, signal);
          await goTo(position);
        }
        // What is left up to the end is of the server itself.
        if (changed.length === 0) return await goTo(end);
        end = await auditPosition(db);
      }
    },
  };
}

/** Every hour: whether documents still say what is so, whatever changed it. */
export function hourlyDocuments(parts: EngineParts, logger: Logger): ScheduledWork {
  return {
    name: 'documents',
    // After the hourly look at places.
    cron: '29 * * * *',
    timeZone: localTimeZone(),
    async run(signal) {
      let [looked, changed] = [0, 0];
      for (const integration of await documentedIntegrations(parts.database.db)) {
        const isNew = await reviseHere(parts, { integration, logger }, signal);
        looked += isNew === null ? 0 : 1;
        changed += isNew === true ? 1 : 0;
      }
      return { ok: true, summary: `${count(looked, 'document')} looked at, ${changed} changed` };
    },
  };
}

interface Looking {
  readonly integration: string;
  readonly logger: Logger;
}

/** Whether there is a new revision; null: it is not this host's, or could not be written. */
async function reviseHere(
  parts: EngineParts,
  { integration, logger }: Looking,
  signal: AbortSignal,
): Promise<boolean | null> {
  signal.throwIfAborted();
  if (!isHere(parts, await hostOfIntegration(parts.database.db, integration))) return null;
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(documentMs)]);
    return (await reviseDocument(parts, { integration, by: deployerItself }, deadline)).isNew;
  } catch (error) {
    signal.throwIfAborted();
    if (isDatabaseAway(error)) throw error;
    // One that cannot be written must not keep the others from being so; whoever asks for it is told why.
    logger.debug({ integration, reason: messageOf(error) }, 'a document could not be written');
    return null;
  }
}
