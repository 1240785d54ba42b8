import type { RequiredBy, RequiredItem } from './required.ts';

/** What the policy that judges a run requires of the checklist in an environment, and how it stands there. */
export interface Requirements {
  of(run: RequiredBy, signal: AbortSignal): Promise<readonly RequiredItem[]>;
}
