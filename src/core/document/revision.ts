import type { AuditAction } from '../audit-action.ts';

/** What made a revision of a document another one than the one before. */
export interface RevisionCause {
  /** An act that the audit names; `check`: somebody, or the clock, looked how things are. */
  readonly what: AuditAction | 'check';
  /** On what: a run, deployment, environment or question; null: on nothing in particular. */
  readonly subject: string | null;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** As a sentence lists it: `switch production-4 (ops@example.com)`. */
export function causeText({ what, subject, by }: RevisionCause): string {
  return `${what}${subject === null ? '' : ` ${subject}`} (${by})`;
}

/** So many are kept with a revision; of more, the newest. */
export const mostCauses = 20;
