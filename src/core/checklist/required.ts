import { passed, type StageOutcome, undecided } from '../verdicts/verdict.ts';
import { cellAt } from './cells.ts';
import { type Cell, type ChecklistItemId, checklistItems } from './checklist.ts';
import type { CellFacts } from './facts.ts';
import { isOfFile } from './file-remedy.ts';
import { isWaivable } from './waiver.ts';

/** An item that a policy requires, and how it stands right before the switch. */
export interface RequiredItem {
  readonly id: ChecklistItemId;
  readonly title: string;
  readonly cell: Cell;
}

export function requiredItems(facts: CellFacts): readonly RequiredItem[] {
  const required = facts.environment.policy.requires ?? [];
  return checklistItems
    .filter(({ id }) => required.includes(id))
    .map(({ id, title }) => ({ id, title, cell: cellAt(id, facts) }));
}

export interface RequiredBy {
  readonly run: string;
  readonly environment: string;
}

/**
 * The gate that required items are: passed when each is done, waived, or does not apply. Any other holds the run, and
 * the reason names what to type; one that failed holds it as well, because a retry may find it mended.
 */
export function requiredVerdict(items: readonly RequiredItem[], by: RequiredBy): StageOutcome {
  const unmet = items.filter(({ cell }) => !isMet(cell));
  const evidence = [{ kind: 'checklist', body: { items: items.map(evidenceOf) } }];
  const named = items.map(({ id, cell }) => (cell.status === 'waived' ? `${id} (waived)` : id)).join(', ');
  if (unmet.length === 0) return passed(`The checklist of ${by.environment} is met: ${named}`, evidence);
  const reason = unmet
    .map(
      (item) =>
        `${item.id} is ${item.cell.status}: ${item.cell.reason} (${remediesOf(item, by).join('; or ')})`,
    )
    .join('; ');
  return undecided(reason, evidence);
}

function isMet({ status }: Pick<Cell, 'status'>): boolean {
  return status === 'done' || status === 'waived' || status === 'not-applicable';
}

/** What to type for an unmet item: what would meet it, and what sets it aside. */
function remediesOf({ id, cell }: RequiredItem, { run, environment }: RequiredBy): readonly string[] {
  const retry = `deployer retry ${run}`;
  const { next } = cell;
  const again = next !== null && isOfFile(next) ? 'deployer ship' : retry;
  const meet = next === null || next.endsWith(` ${run}`) ? retry : `${next}, then: ${again}`;
  if (!isWaivable(cell)) return [meet];
  const waive = `deployer waive ${id} ${run} --environment ${environment} --reason "…" --until <date>`;
  return next === null ? [waive] : [meet, waive];
}

function evidenceOf({ id, cell }: RequiredItem): Readonly<Record<string, unknown>> {
  return { item: id, status: cell.status, reason: cell.reason, evidence: cell.evidence };
}
