import type { Logger } from 'pino';

import type { BackgroundWork } from '../engine/background.ts';
import type { EngineParts } from '../engine/parts.ts';
import {
  auditPosition,
  documentCursor,
  integrationsSince,
  moveDocumentCursor,
  positionBefore,
} from '../store/audited-since.ts';
import { takeConvergence } from '../store/workers.ts';
import { reviseHere } from './revise-here.ts';

/** What another host has written down may seem to be a little older than it is. */
const clocksDifferMs = 60_000;

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
      if (seen === end) return;
      // One worker of the host is enough. Another one goes on from here, so what is known of it is out of date.
      if (!(await takeConvergence(db, parts.worker))) {
        seen = null;
        return;
      }
      seen ??= await documentCursor(db, host);
      if (seen === end) return;
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
