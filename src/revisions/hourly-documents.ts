import type { Logger } from 'pino';

import { count } from '../core/texts/figures.ts';
import type { EngineParts } from '../engine/parts.ts';
import type { ScheduledOutcome, ScheduledWork } from '../engine/schedules.ts';
import { localTimeZone } from '../lib/cron.ts';
import { documentedIntegrations } from '../store/documents.ts';
import { type RevisionOutcome, reviseHere } from './revise-here.ts';

/** Every hour: whether documents still say what is so, whatever changed it. */
export function hourlyDocuments(parts: EngineParts, logger: Logger): ScheduledWork {
  return {
    name: 'documents',
    // After the hourly look at places.
    cron: '29 * * * *',
    timeZone: localTimeZone(),
    async run(signal) {
      const outcomes = new Map<string, RevisionOutcome>();
      for (const integration of await documentedIntegrations(parts.database.db))
        outcomes.set(integration, await reviseHere(parts, { integration, logger }, signal));
      return outcomeOf(outcomes);
    },
  };
}

/** What people are told of it, by integration. */
export function outcomeOf(outcomes: ReadonlyMap<string, RevisionOutcome>): ScheduledOutcome {
  const looked = [...outcomes].filter(([, outcome]) => outcome !== 'elsewhere');
  const changed = looked.filter(([, outcome]) => outcome === 'new').length;
  const failed = looked.flatMap(([integration, outcome]) =>
    typeof outcome === 'object' ? [[integration, [outcome.failed]] as const] : [],
  );
  const summary = `${count(looked.length, 'document')} looked at, ${changed} changed`;
  const [first] = failed;
  if (first === undefined) return { ok: true, summary };
  return {
    ok: false,
    summary: `${summary}, ${failed.length} could not be written: ${first[0]}: ${first[1].join()}`,
    findings: Object.fromEntries(failed),
  };
}
