import { approval } from './approval.ts';
import { worstOf } from './cell.ts';
import {
  type Cell,
  type Checklist,
  type ChecklistItemId,
  checklistItems,
  type ChecklistRow,
  type PlaceDrift,
} from './checklist.ts';
import { codeDeployment } from './code-deployment.ts';
import { complianceChecks } from './compliance-checks.ts';
import { configurationValidation } from './configuration-validation.ts';
import { driftOf } from './drift.ts';
import type { CellFacts, WaiverFacts } from './facts.ts';
import { infrastructureSetup } from './infrastructure-setup.ts';
import { monitoringSetup } from './monitoring-setup.ts';
import { rollbackPlan } from './rollback-plan.ts';
import { testing } from './testing.ts';
import { userDocumentation } from './user-documentation.ts';
import { standing } from './observation.ts';
import { canContradict } from './place-change.ts';
import { lastWaiver, waiverViews, withWaiver } from './waiver.ts';

/** What decides each item. A new item is a function here, and its title in `checklist.ts`. */
const deciders: Readonly<Record<ChecklistItemId, (facts: CellFacts) => Cell>> = {
  'infrastructure-setup': infrastructureSetup,
  'code-deployment': codeDeployment,
  'configuration-validation': configurationValidation,
  testing,
  'monitoring-setup': monitoringSetup,
  'rollback-plan': rollbackPlan,
  'compliance-checks': complianceChecks,
  'user-documentation': userDocumentation,
  approval,
};

/** One item in one environment, with what was waived there. */
export function cellAt(item: ChecklistItemId, facts: CellFacts): Cell {
  const waiver = lastWaiver(facts.waivers, { subject: item, environment: facts.environment.name });
  return withWaiver(deciders[item](facts), waiver, facts.nowMs);
}

/** @param environments facts of each, in promotion order */
export function checklistOf(integration: string, environments: readonly CellFacts[]): Checklist {
  const [first] = environments;
  const drift = environments.map((facts) => [facts.environment.name, driftIn(facts)] as const);
  return {
    integration,
    release: first?.release?.id ?? null,
    version: first?.release?.version ?? null,
    environments: environments.map(({ environment }) => environment.name),
    items: checklistRows(environments),
    drift: Object.fromEntries(drift.filter(([, found]) => found.length > 0)),
    waivers: first === undefined ? [] : waiverViews(waiversIn(environments), first.nowMs),
  };
}

/** Of each environment those that count there, and once those before any; oldest first. */
function waiversIn(environments: readonly CellFacts[]): readonly WaiverFacts[] {
  return environments
    .flatMap(({ environment: { name }, waivers }, index) =>
      waivers.filter((waiver) => waiver.environment === name || (waiver.environment === null && index === 0)),
    )
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** Only while it has the users: what runs beside them is on its way in or out. */
function driftIn(facts: CellFacts): readonly PlaceDrift[] {
  const { deployment } = facts;
  const place = standing(facts.place, facts.nowMs);
  if (deployment?.isStable !== true || place === null || !canContradict(place, facts)) return [];
  return driftOf({ deployment }, place.observation);
}

/** The table: every item in every environment. */
function checklistRows(environments: readonly CellFacts[]): readonly ChecklistRow[] {
  return checklistItems.map(({ id, title }) => {
    const cells = Object.fromEntries(
      environments.map((facts) => [facts.environment.name, cellAt(id, facts)] as const),
    );
    return { id, item: title, cells, status: worstOf(Object.values(cells).map(({ status }) => status)) };
  });
}

export function isChecklistItem(subject: string): subject is ChecklistItemId {
  return Object.hasOwn(deciders, subject);
}
