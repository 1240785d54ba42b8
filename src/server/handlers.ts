import type { FastifyRequest } from 'fastify';

import {
  approveRequest,
  backupRequest,
  cancelRequest,
  freezeRequest,
  holdRequest,
  pruneRequest,
  rejectRequest,
  rollbackRequest,
  shipRequest,
  type StopRequest,
  stopRequest,
  uatRequest,
  unfreezeRequest,
} from '../api/requests.ts';
import type { BackupView } from '../api/views/housekeeping.ts';
import type { ServerView, StoppedView } from '../api/views/server.ts';
import type { Actor } from '../core/pipeline/run.ts';
import { cancel } from '../engine/acts/cancel.ts';
import { approve, reject, signUat } from '../engine/acts/decide.ts';
import { freeze, unfreeze } from '../engine/acts/freeze.ts';
import { hold, unhold } from '../engine/acts/hold.ts';
import { retry } from '../engine/acts/retry.ts';
import { chooseRollback, rollback, type StartRollback } from '../engine/acts/rollback.ts';
import { ship } from '../engine/acts/ship.ts';
import { refuseElsewhere } from '../engine/elsewhere.ts';
import type { Alerting } from '../engine/monitoring/alerting.ts';
import type { EngineParts } from '../engine/parts.ts';
import { isUnanswered } from '../engine/pipeline/gates.ts';
import { prune } from '../engine/retention/prune.ts';
import type { TrackingTools } from '../engine/tracking/tracking-tools.ts';
import type { Tracking } from '../engine/tracking/tracking.ts';
import type { Watchdog } from '../engine/workers/watchdog.ts';
import { tenths } from '../lib/tenths.ts';
import { findRun, listRuns } from '../store/runs.ts';
import { actorOf, identityOf } from './actor.ts';
import { alertHandlers } from './alert-handlers.ts';
import { checklistHandlers } from './checklist-handlers.ts';
import { componentLogs } from './component-logs.ts';
import { param, parse, query, queryCount } from './parse.ts';
import { type RunNews, runEvents } from './run-stream.ts';
import type { Handlers } from './server.ts';
import { documentHandlers } from './documents/document-handlers.ts';
import { secretHandlers } from './secret-handlers.ts';
import { shipOrder } from './ship-order.ts';
import { trackHandlers } from './track-handlers.ts';
import { auditView } from './views/audit-view.ts';
import { decidedView } from './views/decided-view.ts';
import { decisionViews } from './views/decision-view.ts';
import { diffView } from './views/diff-view.ts';
import { freezeView } from './views/freeze-view.ts';
import { maintenanceView, pruneView } from './views/maintenance-view.ts';
import { policiesView } from './views/policies-view.ts';
import { holdsView, releasesView } from './views/releases-view.ts';
import { rollbackReadinessView } from './views/rollback-view.ts';
import { runSummary, runView } from './views/run-view.ts';
import { statusView } from './views/status-view.ts';
import { healthView, workersView } from './views/workers-view.ts';

export interface HandlerParts {
  readonly parts: EngineParts;
  readonly health: Watchdog['health'];
  readonly alerts: Pick<Alerting, 'seen'>;
  readonly tools: TrackingTools;
  readonly tracking: Tracking;
  readonly startRollback: StartRollback;
  readonly beginQueued: () => void;
  readonly news: RunNews;
  readonly backUp: (file: string, by: Actor, signal: AbortSignal) => Promise<BackupView>;
  readonly server: () => Promise<ServerView>;
  /** Ends the server after the answer has gone out. */
  readonly stop: (order: StopRequest) => Promise<StoppedView>;
}

/** The calls of the API: each takes the request apart, calls one act or view, and answers. */
export function handlers({
  parts,
  health,
  alerts,
  tools,
  tracking,
  startRollback,
  beginQueued,
  news,
  backUp,
  server,
  stop,
}: HandlerParts): Handlers {
  const { db } = parts.database;
  return {
    server: () => server(),
    health: () => Promise.resolve(healthView(health())),
    workers: () => workersView(db, health()),
    stop: (request) => stop(parse(stopRequest, request.body)),
    maintenance: (_, signal) => maintenanceView(parts, signal),
    backup: (request, signal) => backUp(parse(backupRequest, request.body).file, actorOf(request), signal),
    async prune(request, signal) {
      const { dryRun } = parse(pruneRequest, request.body);
      const pruned = await prune(parts, { by: actorOf(request), isDryRun: dryRun }, signal);
      return pruneView(pruned, dryRun);
    },
    audit: (request) =>
      auditView(db, {
        integration: query(request.query, 'integration'),
        after: query(request.query, 'after'),
        contains: query(request.query, 'contains'),
      }),
    async source(request) {
      const integration = param(request.params, 'integration');
      // Before a commit is pushed to where nobody would look for it.
      await refuseElsewhere(parts, db, { integration, command: 'deployer ship' });
      return { url: parts.home.source(integration) };
    },

    async ship(request, signal) {
      const asked = parse(shipRequest, request.body);
      // An existing release has no commit here either.
      await refuseElsewhere(parts, db, { integration: asked.integration, command: 'deployer ship' });
      const order = await shipOrder(parts, asked, signal);
      const { id, state } = await ship(parts, { ...order, by: actorOf(request) });
      beginQueued();
      return { run: id, state };
    },
    async runs(request) {
      const { rows, next } = await listRuns(
        db,
        param(request.params, 'integration'),
        query(request.query, 'after'),
      );
      return { runs: await Promise.all(rows.map((row) => runSummary(db, row))), next };
    },
    run: async (request) => await runView(db, await findRun(db, param(request.params, 'run'))),
    runEvents: (request, signal) =>
      runEvents(
        { database: parts.database, news, isUnanswered: (run) => isUnanswered(parts, run) },
        { run: param(request.params, 'run'), follow: query(request.query, 'follow') === 'true' },
        signal,
      ),
    async cancel(request, signal) {
      const { reason } = parse(cancelRequest, request.body);
      const asked = { run: param(request.params, 'run'), cause: 'cancel' as const, by: actorOf(request) };
      const { id, state } = await cancel(
        parts,
        { ...asked, reason: reason ?? `cancelled by ${asked.by.identity}` },
        signal,
      );
      return { run: id, state };
    },
    async retry(request) {
      const { id, state } = await retry(parts, { run: param(request.params, 'run'), by: actorOf(request) });
      beginQueued();
      return { run: id, state };
    },

    decisions: async (request) => ({
      decisions: await decisionViews(parts, param(request.params, 'integration'), identityOf(request)),
    }),
    approve: async (request) =>
      decidedView(
        await approve(parts, {
          ...parse(approveRequest, request.body),
          run: param(request.params, 'run'),
          by: actorOf(request),
        }),
      ),
    reject: async (request) =>
      decidedView(
        await reject(parts, {
          ...parse(rejectRequest, request.body),
          run: param(request.params, 'run'),
          by: actorOf(request),
        }),
      ),
    uat: async (request) =>
      decidedView(
        await signUat(parts, {
          ...parse(uatRequest, request.body),
          run: param(request.params, 'run'),
          by: actorOf(request),
        }),
      ),

    status: (request) => statusView({ parts, health, tracking }, param(request.params, 'integration')),
    releases: (request) =>
      releasesView(db, param(request.params, 'integration'), query(request.query, 'after')),
    diff: (request) =>
      diffView(db, param(request.params, 'integration'), {
        a: query(request.query, 'a') ?? '',
        b: query(request.query, 'b') ?? '',
      }),
    async rollbackReadiness(request) {
      const choice = await chooseRollback(parts, {
        ...environmentRefOf(request),
        to: query(request.query, 'to'),
      });
      return await rollbackReadinessView(db, choice);
    },
    async rollback(request) {
      const { integration, environment } = environmentRefOf(request);
      const order = parse(rollbackRequest, request.body);
      // A rollback goes on when the one who asked has left.
      const signal = AbortSignal.timeout(20 * 60_000);
      const done = await rollback(
        { parts, start: startRollback },
        { ...order, integration, environment, by: actorOf(request) },
        signal,
      );
      const { from, to, switchMs, workersMs, substituted } = done;
      const restored = { release: to.release, configuration: to.configuration, substituted };
      return {
        environment,
        from: from?.id ?? null,
        to: to.id,
        held: from?.release ?? null,
        switchMs: tenths(switchMs),
        workersMs: tenths(workersMs),
        restored,
      };
    },
    async hold(request) {
      const order = parse(holdRequest, request.body);
      const integration = param(request.params, 'integration');
      const release = param(request.params, 'release');
      return await holdsView(db, await hold(parts, { ...order, integration, release, by: actorOf(request) }));
    },
    async unhold(request) {
      const order = parse(holdRequest, request.body);
      const integration = param(request.params, 'integration');
      const release = param(request.params, 'release');
      return await holdsView(
        db,
        await unhold(parts, { ...order, integration, release, by: actorOf(request) }),
      );
    },
    async freeze(request) {
      const place = environmentRefOf(request);
      const { reason, until } = parse(freezeRequest, request.body);
      const order = { ...place, by: actorOf(request), reason };
      await freeze(parts, { ...order, until: until === null ? null : new Date(until) });
      return await freezeView(parts, place);
    },
    async unfreeze(request) {
      const place = environmentRefOf(request);
      const { reason } = parse(unfreezeRequest, request.body);
      await unfreeze(parts, { ...place, by: actorOf(request), reason });
      return await freezeView(parts, place);
    },
    policies: (request) => policiesView(db, param(request.params, 'integration')),
    ...secretHandlers(parts),
    ...checklistHandlers(parts),
    ...alertHandlers({ parts, alerts }),
    ...documentHandlers(parts),
    ...trackHandlers({ parts, tools, tracking }),
    async *logs(request, signal) {
      const place = environmentRefOf(request);
      const command = `deployer logs ${place.environment} --integration ${place.integration}`;
      await refuseElsewhere(parts, db, { integration: place.integration, command });
      yield* componentLogs(
        parts,
        {
          ...place,
          component: query(request.query, 'component'),
          deployment: query(request.query, 'deployment'),
          follow: query(request.query, 'follow') === 'true',
          tail: queryCount(request.query, 'tail'),
        },
        signal,
      );
    },
  };
}

function environmentRefOf({ params }: FastifyRequest): {
  readonly integration: string;
  readonly environment: string;
} {
  return { integration: param(params, 'integration'), environment: param(params, 'environment') };
}
