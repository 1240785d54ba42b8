import type { Cell, CellPart, CellStatus } from './checklist.ts';

/** A part of a cell, with what the cell is made of. */
export interface Part extends Omit<CellPart, 'isSaid'>, Pick<Cell, 'at' | 'by'> {}

/** What needs attention most comes first; the status of several is the first of these that one of them has. */
const order: readonly CellStatus[] = ['failed', 'undecided', 'pending', 'waived', 'done', 'not-applicable'];

export function worstOf(statuses: readonly CellStatus[]): CellStatus {
  return order.find((status) => statuses.includes(status)) ?? 'not-applicable';
}

/**
 * The parts that need as much attention as the whole say why.
 *
 * @param done says how when all are; null: the parts do
 */
export function cellOf(parts: readonly Part[], done: string | null): Cell {
  const status = worstOf(parts.map((part) => part.status));
  const decisive = parts.filter((part) => part.status === status);
  const areSaid = status !== 'done' || done === null;
  return {
    status,
    reason: areSaid ? reasonOf(decisive) : done,
    evidence: [...new Set(parts.flatMap(({ evidence }) => evidence))],
    at: newestOf(parts.map(({ at }) => at)),
    by: decisive.find(({ by }) => by !== null)?.by ?? null,
    parts: parts.map(({ name, status: own, reason, evidence, next }) => ({
      name,
      status: own,
      reason,
      evidence,
      next,
      isSaid: areSaid && own === status,
    })),
    next: decisive.find(({ next }) => next !== null)?.next ?? null,
  };
}

type Seen = Partial<Pick<Part, 'evidence' | 'at' | 'by' | 'next'>>;

export function part(name: string, status: CellStatus, reason: string, seen: Seen = {}): Part {
  return { name, status, reason, ...nothing, ...seen };
}

/** Without evidence nothing is done, whatever was judged. */
export function donePart(
  name: string,
  reason: string,
  seen: Seen & { readonly evidence: readonly string[] },
): Part {
  return seen.evidence.length > 0
    ? part(name, 'done', reason, seen)
    : part(name, 'undecided', `${reason}; but there is no evidence of it`, seen);
}

const nothing = { evidence: [], at: null, by: null, next: null };

function reasonOf(parts: readonly Part[]): string {
  const [first, ...others] = parts.map(({ reason }) => reason);
  if (first === undefined) return 'nothing applies';
  return [...new Set([first, ...others])].join('; ');
}

function newestOf(times: readonly (string | null)[]): string | null {
  return times.reduce((newest, at) => (at !== null && (newest === null || at > newest) ? at : newest), null);
}
