import { trackRequest } from '../api/requests.ts';
import { track, untrack } from '../engine/acts/track.ts';
import type { EngineParts } from '../engine/parts.ts';
import { notTracked, type Tracking } from '../engine/tracking/tracking.ts';
import type { TrackingTools } from '../engine/tracking/tracking-tools.ts';
import { actorOf } from './actor.ts';
import { integrationParam, parse } from './parse.ts';
import type { Handlers } from './server.ts';
import { tipView, trackersView, trackerView, trackingView } from './views/tracker-view.ts';

interface TrackParts {
  readonly parts: EngineParts;
  readonly tools: TrackingTools;
  readonly tracking: Tracking;
}

type TrackCalls = Pick<Handlers, 'trackers' | 'track' | 'untrack' | 'look'>;

/** The calls that are about tracked branches. */
export function trackHandlers({ parts, tools, tracking }: TrackParts): TrackCalls {
  const views = { db: parts.database.db, tracking };
  return {
    trackers: async () => ({ trackers: await trackersView(views) }),
    async track(request, signal) {
      const order = { ...parse(trackRequest, request.body), by: actorOf(request) };
      const integration = integrationParam(request.params);
      return await trackerView(views, await track(tools, { ...order, integration }, signal));
    },
    async untrack(request) {
      const integration = integrationParam(request.params);
      return await trackerView(views, await untrack(tools, { integration, by: actorOf(request) }));
    },
    async look(request, signal) {
      const integration = integrationParam(request.params);
      const found = await tracking.lookNow(integration, signal);
      const tracker = await trackingView(views, integration);
      if (tracker === null) throw notTracked(integration);
      return { tracker, found: found === null ? null : tipView(found) };
    },
  };
}
