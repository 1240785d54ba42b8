import { type Host, hostLabel } from '../workers/host.ts';
import { type Hold, holdReason, onHold } from '../order/hold.ts';

/** What a person must see before deciding, each fact in a sentence. */

/** Of the release that is decided about. An environment that it has passed counts too: somebody found it bad there. */
export function heldNotice(hold: Hold): string {
  const where = onHold(hold);
  return `${where.charAt(0).toUpperCase()}${where.slice(1)}: ${holdReason(hold)}.`;
}

export interface Judged {
  readonly environment: string;
  readonly deployment: string;
  /** What has the users now; null: nothing. */
  readonly stable: string | null;
}

/** A UAT judges one deployment, which may have lost its users while it waited. Null: it has them. */
export function usersElsewhereNotice({ environment, deployment, stable }: Judged): string | null {
  if (deployment === stable) return null;
  const now = stable === null ? `${environment} is off the air` : `${stable} has them`;
  return `${deployment}, which is judged here, does not have the users any more: ${now}.`;
}

/** Commits lie where the integration is, and what follows from them can be said only there. */
export function historyElsewhereNotice(host: Pick<Host, 'name' | 'home'>, run: string): string {
  return (
    `Its history is on ${hostLabel(host)}: whether it descends from a release on hold, or is older than what is live, ` +
    `is said only there (on ${host.name}: DEPLOYER_HOME=${host.home} deployer approve ${run}).`
  );
}

export interface Descent {
  readonly hold: Hold;
  readonly held: { readonly version: string; readonly commit: string };
  /** Whether the release that is decided about descends from the held one. */
  readonly descends: boolean;
  /** What users have there now; null: nothing. */
  readonly live: { readonly commit: string; readonly descends: boolean } | null;
}

/**
 * Null where it says nothing: once users have a later commit, the held one is part of every further release, and this
 * one brings nothing of it that they do not have.
 */
export function descentNotice({ hold, held, descends, live }: Descent): string | null {
  const isOldNews = live !== null && live.descends && live.commit !== held.commit;
  if (!descends || isOldNews) return null;
  return `Descends from ${held.version}, which is ${onHold(hold)}: ${holdReason(hold)}.`;
}
