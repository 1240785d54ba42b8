import {
  type Cell,
  type CellStatus,
  type Checklist,
  type ChecklistItemId,
  checklistItems,
} from '../../src/core/checklist/checklist.ts';
import { sha256 } from '../../src/lib/canonical-json.ts';

type Said = readonly [status: CellStatus, reason: string, next?: string];
type Column = Readonly<Record<ChecklistItemId, Said>>;

const nothing: Said = ['pending', 'this release is not there yet'];
const later: Column = {
  'infrastructure-setup': nothing,
  'code-deployment': nothing,
  'configuration-validation': nothing,
  testing: nothing,
  'monitoring-setup': nothing,
  'rollback-plan': nothing,
  'compliance-checks': ['undecided', 'no check is configured'],
  'user-documentation': ['undecided', 'no document is named'],
  approval: nothing,
};

const passed: Column = {
  'infrastructure-setup': ['done', 'the edge routes by its table, the database answers, 41 GB are free'],
  'code-deployment': ['done', 'every replica runs the artifact of the release'],
  'configuration-validation': ['done', 'it runs with the configuration that was verified'],
  testing: ['done', 'every suite that is a gate here passed'],
  'monitoring-setup': ['undecided', 'no alert rule is configured'],
  'rollback-plan': ['done', 'going back was rehearsed on this release in staging, and is ready'],
  'compliance-checks': ['undecided', 'no check is configured'],
  'user-documentation': ['undecided', 'no document is named'],
  approval: ['not-applicable', 'this environment asks for none'],
};

const columns: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  'waiting-for-uat': {
    dev: {
      ...passed,
      testing: ['pending', 'uat waits for qa@example.com', 'deployer uat pass triage-desk-1'],
      'rollback-plan': ['pending', 'nothing was live before, and no rehearsal was made'],
    },
    staging: later,
    production: { ...later, approval: ['pending', 'nobody has been asked yet'] },
  },
  'in-production': {
    dev: passed,
    staging: passed,
    production: {
      ...passed,
      'infrastructure-setup': ['done', 'the edge routes by its table, the database answers, 38 GB are free'],
      'code-deployment': [
        'failed',
        'agent has 1 of 2 replicas that run the artifact of the release',
        'deployer logs production agent',
      ],
      'compliance-checks': [
        'waived',
        'waived by ops@example.com until 2026-04-01: the audit of the provider is under way',
      ],
      approval: ['done', 'approved by ops@example.com for exactly these digests'],
    },
  },
};

/** The checklist as it stood at a moment. */
export function checklistAt(
  moment: 'waiting-for-uat' | 'in-production',
  { release, version }: { readonly release: string; readonly version: string },
): Checklist {
  const own = columns[moment] ?? {};
  const at = moment === 'waiting-for-uat' ? '2026-03-02T10:00:00.000Z' : '2026-03-09T08:00:00.000Z';
  return {
    integration: 'triage-desk',
    release,
    version,
    environments: Object.keys(own),
    items: checklistItems.map(({ id, title }) => {
      const cells = Object.fromEntries(
        Object.entries(own).map(([environment, column]) => [
          environment,
          cellOf(column[id], { id, environment, at }),
        ]),
      );
      return { id, item: title, cells, status: worst(Object.values(cells)) };
    }),
    drift: {},
    waivers:
      moment === 'waiting-for-uat'
        ? []
        : [
            {
              subject: 'compliance-checks',
              environment: 'production',
              owner: 'ops@example.com',
              reason: 'the audit of the provider is under way',
              until: '2026-04-01T00:00:00.000Z',
              isExpired: false,
              by: 'ops@example.com',
              at: '2026-03-03T11:30:00.000Z',
            },
          ],
  };
}

function cellOf(
  [status, reason, next]: Said,
  { id, environment, at }: { readonly id: string; readonly environment: string; readonly at: string },
): Cell {
  const isSeen = status === 'done' || status === 'failed';
  return {
    status,
    reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
    evidence: isSeen ? [sha256(`${id} ${environment} ${at}`)] : [],
    at: isSeen ? at : null,
    by: null,
    parts: [],
    next: next ?? null,
  };
}

const order: readonly CellStatus[] = ['failed', 'undecided', 'pending', 'waived', 'done', 'not-applicable'];

function worst(cells: readonly Cell[]): CellStatus {
  return order.find((status) => cells.some((cell) => cell.status === status)) ?? 'pending';
}
