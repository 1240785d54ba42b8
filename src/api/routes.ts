import type { RunEvent } from '../core/pipeline/run.ts';
import type { ComponentLogLine } from '../core/places/target.ts';
import type {
  ApproveRequest,
  BackupRequest,
  CancelRequest,
  DocumentRequest,
  FreezeRequest,
  HoldRequest,
  PruneRequest,
  RejectRequest,
  RollbackRequest,
  SecretRevokeRequest,
  SecretSetRequest,
  ShipRequest,
  StopRequest,
  TestAlertsRequest,
  TrackRequest,
  UatRequest,
  UnfreezeRequest,
  WaiveRequest,
} from './requests.ts';
import type { AlertsView, AlertTestView, UndeliveredView } from './views/alerts.ts';
import type { AuditView } from './views/audit.ts';
import type { ChecklistView, EvidenceListView, EvidenceView, WaivedView } from './views/checklist.ts';
import type { DecidedView, DecisionView, PoliciesView } from './views/decisions.ts';
import type { DocumentDiffView, DocumentIndexView, DocumentView, RevisionsView } from './views/documents.ts';
import type { FreezeView } from './views/freezes.ts';
import type { HoldsView } from './views/holds.ts';
import type { BackupView, MaintenanceView, PruneView } from './views/housekeeping.ts';
import type { DiffView, ReleasesView } from './views/releases.ts';
import type { RollbackReadinessView, RollbackView } from './views/rollback.ts';
import type { CancelView, RunsView, RunView, ShippedView } from './views/runs.ts';
import type { SecretChangeView, SecretsView } from './views/secrets.ts';
import type { ServerView, StoppedView } from './views/server.ts';
import type { StatusView } from './views/status.ts';
import type { TopView } from './views/top.ts';
import type { TipView, TrackerView } from './views/tracking.ts';
import type { HealthView, WorkersView } from './views/workers.ts';

/**
 * Every call of the API: method and path, and below what goes in and comes out. The client and the server are both
 * written against this table. The actor travels in the header `x-deployer-actor`.
 *
 * `ndjson` answers are lines of JSON that keep coming until the subject ends or the client leaves. `withinMs`, on both
 * sides, is how long an answer may take whose time does not go to the database: usually that is what is slow when one
 * takes longer than seconds, and is given up after 20 s. `mostBytes` bounds what is sent; 1 MiB otherwise.
 */
export const routes = {
  server: { method: 'GET', path: '/v1/server' },
  health: { method: 'GET', path: '/v1/health' },
  workers: { method: 'GET', path: '/v1/workers' },
  stop: { method: 'POST', path: '/v1/stop' },
  // It measures folders, which may have millions of files.
  maintenance: { method: 'GET', path: '/v1/maintenance', withinMs: 120_000 },
  backup: { method: 'POST', path: '/v1/backup' },
  prune: { method: 'POST', path: '/v1/prune' },
  audit: { method: 'GET', path: '/v1/audit' },
  source: { method: 'POST', path: '/v1/integrations/:integration/source' },
  ship: { method: 'POST', path: '/v1/runs' },
  runs: { method: 'GET', path: '/v1/integrations/:integration/runs' },
  run: { method: 'GET', path: '/v1/runs/:run' },
  runEvents: { method: 'GET', path: '/v1/runs/:run/events', ndjson: true },
  cancel: { method: 'POST', path: '/v1/runs/:run/cancel' },
  retry: { method: 'POST', path: '/v1/runs/:run/retry' },
  decisions: { method: 'GET', path: '/v1/integrations/:integration/decisions' },
  approve: { method: 'POST', path: '/v1/runs/:run/approve' },
  reject: { method: 'POST', path: '/v1/runs/:run/reject' },
  uat: { method: 'POST', path: '/v1/runs/:run/uat' },
  status: { method: 'GET', path: '/v1/integrations/:integration/status' },
  checklist: { method: 'GET', path: '/v1/integrations/:integration/checklist' },
  waive: { method: 'POST', path: '/v1/integrations/:integration/waivers' },
  evidence: { method: 'GET', path: '/v1/integrations/:integration/evidence' },
  releases: { method: 'GET', path: '/v1/integrations/:integration/releases' },
  diff: { method: 'GET', path: '/v1/integrations/:integration/diff' },
  rollbackReadiness: {
    method: 'GET',
    path: '/v1/integrations/:integration/environments/:environment/rollback',
  },
  rollback: { method: 'POST', path: '/v1/integrations/:integration/environments/:environment/rollback' },
  hold: { method: 'POST', path: '/v1/integrations/:integration/releases/:release/hold' },
  unhold: { method: 'POST', path: '/v1/integrations/:integration/releases/:release/unhold' },
  freeze: { method: 'POST', path: '/v1/integrations/:integration/environments/:environment/freeze' },
  unfreeze: { method: 'POST', path: '/v1/integrations/:integration/environments/:environment/unfreeze' },
  policies: { method: 'GET', path: '/v1/integrations/:integration/policies' },
  secrets: { method: 'GET', path: '/v1/integrations/:integration/secrets' },
  secretSet: { method: 'POST', path: '/v1/integrations/:integration/secrets' },
  secretRevoke: { method: 'POST', path: '/v1/integrations/:integration/secrets/revoke' },
  alerts: { method: 'GET', path: '/v1/integrations/:integration/alerts' },
  // It waits for receivers.
  testAlerts: { method: 'POST', path: '/v1/integrations/:integration/alerts/test', withinMs: 60_000 },
  undelivered: { method: 'GET', path: '/v1/undelivered' },
  top: { method: 'GET', path: '/v1/top' },
  trackers: { method: 'GET', path: '/v1/trackers' },
  track: { method: 'POST', path: '/v1/integrations/:integration/tracker' },
  untrack: { method: 'POST', path: '/v1/integrations/:integration/tracker/stop' },
  look: { method: 'POST', path: '/v1/integrations/:integration/tracker/look' },
  // Each looks at places, and may have to wait for one that hangs.
  document: { method: 'GET', path: '/v1/integrations/:integration/document', withinMs: 60_000 },
  documentGiven: {
    method: 'POST',
    path: '/v1/integrations/:integration/document',
    withinMs: 60_000,
    mostBytes: 8_388_608,
  },
  documentDiff: { method: 'GET', path: '/v1/integrations/:integration/document/diff' },
  documentRevisions: { method: 'GET', path: '/v1/integrations/:integration/document/revisions' },
  documents: { method: 'GET', path: '/v1/documents' },
  logs: {
    method: 'GET',
    path: '/v1/integrations/:integration/environments/:environment/logs',
    ndjson: true,
  },
} as const;

export type RouteName = keyof typeof routes;

/** Input and output of each call. `params` fill the path, `query` follows it, `body` is JSON. */
export interface Calls {
  server: { output: ServerView };
  /** `only=live`: whether it should be started anew, and nothing else, decides the status. */
  health: { query: { only?: 'live' }; output: HealthView };
  /** Of every host of the database. */
  workers: { output: WorkersView };
  stop: { body: StopRequest; output: StoppedView };
  /** What the server occupies, and its schedules. */
  maintenance: { output: MaintenanceView };
  /** Writes a backup of the server, which goes on. */
  backup: { body: BackupRequest; output: BackupView };
  /** Removes what nobody needs, or only looks. */
  prune: { body: PruneRequest; output: PruneView };
  /** Newest first, 50 to a page. `contains`: a digest that the chain should have. */
  audit: { query: { integration?: string; after?: string; contains?: string }; output: AuditView };
  /** Where to push commits of this integration (created when missing). */
  source: { params: { integration: string }; output: { readonly url: string } };
  ship: { body: ShipRequest; output: ShippedView };
  /** Newest first, 50 to a page. */
  runs: { params: { integration: string }; query: { after?: string }; output: RunsView };
  run: { params: { run: string }; output: RunView };
  /** From the first event; the stream ends with a `result` when the run ends, or waits for a person. */
  runEvents: { params: { run: string }; query: { follow?: 'true' }; output: RunEvent };
  /** Answers when everything that the run started has ended. */
  cancel: { params: { run: string }; body: CancelRequest; output: CancelView };
  retry: { params: { run: string }; output: ShippedView };
  /** What waits for a person, oldest first. */
  decisions: { params: { integration: string }; output: { readonly decisions: readonly DecisionView[] } };
  approve: { params: { run: string }; body: ApproveRequest; output: DecidedView };
  reject: { params: { run: string }; body: RejectRequest; output: DecidedView };
  uat: { params: { run: string }; body: UatRequest; output: DecidedView };
  status: { params: { integration: string }; output: StatusView };
  /** Of a release (digest, prefix, version, commit), else of the newest one. */
  checklist: { params: { integration: string }; query: { release?: string }; output: ChecklistView };
  /** Sets an undecided gate, or an open item of the checklist, aside for a while. */
  waive: { params: { integration: string }; body: WaiveRequest; output: WaivedView };
  /** `of` a release, newest first, 50 to a page; or one piece of evidence by its digest, with its body. */
  evidence: {
    params: { integration: string };
    query: { of?: string; after?: string };
    output: EvidenceListView | EvidenceView;
  };
  releases: { params: { integration: string }; query: { after?: string }; output: ReleasesView };
  /** `a` and `b`: releases (digest, prefix, version, commit) or deployments. */
  diff: { params: { integration: string }; query: { a: string; b: string }; output: DiffView };
  rollbackReadiness: {
    params: { integration: string; environment: string };
    query: { to?: string };
    output: RollbackReadinessView;
  };
  rollback: {
    params: { integration: string; environment: string };
    body: RollbackRequest;
    output: RollbackView;
  };
  hold: { params: { integration: string; release: string }; body: HoldRequest; output: HoldsView };
  unhold: { params: { integration: string; release: string }; body: HoldRequest; output: HoldsView };
  freeze: {
    params: { integration: string; environment: string };
    body: FreezeRequest;
    output: FreezeView;
  };
  unfreeze: {
    params: { integration: string; environment: string };
    body: UnfreezeRequest;
    output: FreezeView;
  };
  policies: { params: { integration: string }; output: PoliciesView };
  /** By name, 50 to a page. */
  secrets: { params: { integration: string }; query: { after?: string }; output: SecretsView };
  secretSet: { params: { integration: string }; body: SecretSetRequest; output: SecretChangeView };
  secretRevoke: { params: { integration: string }; body: SecretRevokeRequest; output: SecretChangeView };
  /** Of every environment, or of one. */
  alerts: { params: { integration: string }; query: { environment?: string }; output: AlertsView };
  /** Answers when each receiver was reached, or given up. */
  testAlerts: { params: { integration: string }; body: TestAlertsRequest; output: AlertTestView };
  /** The newest of each receiver, of every integration. */
  undelivered: { output: { readonly undelivered: readonly UndeliveredView[] } };
  /** Of the host of the server. */
  top: { query: { integration?: string }; output: TopView };
  /** Every branch that is tracked, by integration. */
  trackers: { output: { readonly trackers: readonly TrackerView[] } };
  track: { params: { integration: string }; body: TrackRequest; output: TrackerView };
  /** Answers what was tracked. */
  untrack: { params: { integration: string }; output: TrackerView };
  /** Looks at the branch now; `found` is what became of a new tip, null when nothing is new. */
  look: {
    params: { integration: string };
    output: { readonly tracker: TrackerView; readonly found: TipView | null };
  };
  /** As it is now, which makes a revision when it says anything new; or a stored revision. `md` unless it says. */
  document: {
    params: { integration: string };
    query: { format?: string; revision?: string };
    output: DocumentView;
  };
  /** Files of somebody's folder, which the document speaks of from now on, until there is a newer release. */
  documentGiven: { params: { integration: string }; body: DocumentRequest; output: DocumentView };
  /** `a` and `b`: numbers of revisions. */
  documentDiff: {
    params: { integration: string };
    query: { a: string; b: string };
    output: DocumentDiffView;
  };
  /** Newest first, 50 to a page. */
  documentRevisions: { params: { integration: string }; query: { after?: string }; output: RevisionsView };
  /** Of every integration what its newest revision says of it, by key, 200 to a page. */
  documents: { query: { format?: string; after?: string }; output: DocumentIndexView };
  logs: {
    params: { integration: string; environment: string };
    query: { component?: string; follow?: 'true'; tail?: string; deployment?: string };
    output: ComponentLogLine;
  };
}

/** Header that names who acts. On a local server it is claimed, not proven. */
export const actorHeader = 'x-deployer-actor';
