import type { AuditAction } from '../audit/audit-action.ts';

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

/** The newest revision, as far as another one is measured by it. */
interface Newest {
  readonly number: number;
  readonly digest: string;
}

/**
 * What becomes of a document that was written while others may have been. `begun` is the number of the newest revision
 * before anything was looked at. One that began before the newest was kept may know less than that: it must not follow
 * it, and is written anew.
 */
export function standingOf(
  newest: Newest | null,
  written: { readonly begun: number; readonly digest: string },
): 'the same' | 'new' | 'overtaken' {
  if (newest?.digest === written.digest) return 'the same';
  return (newest?.number ?? 0) === written.begun ? 'new' : 'overtaken';
}

/** So many are kept with a revision; of more, the newest. */
export const mostCauses = 20;
