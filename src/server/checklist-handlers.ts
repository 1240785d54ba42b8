import { waiveRequest } from '../api/requests.ts';
import { waive } from '../engine/acts/waive.ts';
import type { EngineParts } from '../engine/parts.ts';
import { actorOf } from './actor.ts';
import { integrationParam, parse, query } from './parse.ts';
import type { Handlers } from './server.ts';
import { checklistView, waivedView } from './views/checklist-view.ts';
import { evidenceView } from './views/evidence-view.ts';

type ChecklistCalls = Pick<Handlers, 'checklist' | 'waive' | 'evidence'>;

/** The calls that are about what is proven of a release. */
export function checklistHandlers(parts: EngineParts): ChecklistCalls {
  return {
    checklist: (request) =>
      checklistView(parts, integrationParam(request.params), query(request.query, 'release')),
    async waive(request) {
      const { until, ...order } = parse(waiveRequest, request.body);
      const integration = integrationParam(request.params);
      const asked = { ...order, integration, until: new Date(until), by: actorOf(request) };
      return waivedView(await waive(parts, asked), parts.clock.now());
    },
    evidence: (request) =>
      evidenceView(parts.database.db, {
        integration: integrationParam(request.params),
        of: query(request.query, 'of'),
        after: query(request.query, 'after'),
      }),
  };
}
