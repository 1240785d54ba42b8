import type { Configuration } from '../core/configuration/configuration.ts';
import type { Policy } from '../core/definition/integration.ts';
import type { DeploymentTable } from './tables/deployments.ts';
import type { DocumentCursorTable, DocumentDraftTable, DocumentRevisionTable } from './tables/documents.ts';
import type {
  EnvironmentMigrationTable,
  EnvironmentTable,
  FreezeTable,
  HoldTable,
  SwitchTable,
} from './tables/environments.ts';
import type {
  AuditLinkTable,
  AuditTable,
  DecisionTable,
  EvidenceTable,
  WaiverTable,
} from './tables/evidence.ts';
import type { IntegrationTable } from './tables/integrations.ts';
import type { AlertTable, NotificationTable } from './tables/monitoring.ts';
import type { DigestedTable, PrunedReleaseTable, ReleaseTable } from './tables/releases.ts';
import type { ResidentTable } from './tables/residents.ts';
import type { CapacityWaiterTable, RunEventTable, RunTable, StageTable } from './tables/runs.ts';
import type { ScheduleTable } from './tables/schedules.ts';
import type { SecretKeyTable, SecretPinTable, SecretTable } from './tables/secrets.ts';
import type { TrackedTipTable, TrackerTable } from './tables/tracking.ts';
import type { HostTable, WorkerTable } from './tables/workers.ts';

/**
 * The tables of schema `app`. Immutable ones (release, configuration, policy, evidence, decision, waiver, switch,
 * audit, run_event, tracked_tip) are protected by triggers: an update or delete fails in the database, whoever tries.
 * Only lines of the log of an old run and old observations may go, by pruning.
 */
export interface Tables {
  'app.integration': IntegrationTable;
  'app.release': ReleaseTable;
  'app.configuration': DigestedTable<Configuration>;
  'app.policy': DigestedTable<Policy>;
  'app.environment': EnvironmentTable;
  'app.deployment': DeploymentTable;
  'app.run': RunTable;
  'app.stage': StageTable;
  'app.run_event': RunEventTable;
  'app.evidence': EvidenceTable;
  'app.decision': DecisionTable;
  'app.waiver': WaiverTable;
  'app.hold': HoldTable;
  'app.freeze': FreezeTable;
  'app.migration': EnvironmentMigrationTable;
  'app.resident': ResidentTable;
  'app.switch': SwitchTable;
  'app.audit': AuditTable;
  'app.audit_link': AuditLinkTable;
  'app.capacity_waiter': CapacityWaiterTable;
  'app.host': HostTable;
  'app.worker': WorkerTable;
  'app.secret_key': SecretKeyTable;
  'app.secret': SecretTable;
  'app.secret_pin': SecretPinTable;
  'app.schedule': ScheduleTable;
  'app.pruned_release': PrunedReleaseTable;
  'app.alert': AlertTable;
  'app.notification': NotificationTable;
  'app.tracker': TrackerTable;
  'app.tracked_tip': TrackedTipTable;
  'app.document_revision': DocumentRevisionTable;
  'app.document_draft': DocumentDraftTable;
  'app.document_cursor': DocumentCursorTable;
}
