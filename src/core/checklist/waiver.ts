import { type Involved, isInvolved } from '../approval/policy.ts';
import type { Cell, WaiverView } from './checklist.ts';
import type { WaiverFacts } from './facts.ts';

/** The waiver that was given last of something; null: none was. Whether it is in force is for the clock to say. */
export function lastWaiver(
  waivers: readonly WaiverFacts[],
  { subject, environment }: Pick<WaiverFacts, 'subject' | 'environment'>,
): WaiverFacts | null {
  return (
    waivers.findLast((waiver) => waiver.subject === subject && waiver.environment === environment) ?? null
  );
}

/**
 * The waivers that count for a run. A waiver is of a release, so it may have been given while somebody else had shipped
 * that: whoever wrote or shipped what is judged sets nothing aside for it all the same.
 *
 * @param isSelf whether the policy that says who waives there lets people decide about their own
 */
export function countedFor(
  run: Involved,
  waivers: readonly WaiverFacts[],
  isSelf: (environment: string | null) => boolean,
): readonly WaiverFacts[] {
  return waivers.filter(({ by, environment }) => !isInvolved(by, run) || isSelf(environment));
}

export function isInForce({ until }: Pick<WaiverFacts, 'until'>, nowMs: number): boolean {
  return Date.parse(until) > nowMs;
}

/** `waived by ops@example.com until 2026-12-01: the provider is down`. */
export function waivedText({ by, owner, until, reason }: WaiverFacts): string {
  const whose = owner === by ? '' : `, ${owner} sees to it`;
  return `waived by ${by} until ${dayOf(until)}${whose}: ${reason}`;
}

/** What is unmet, and was set aside for a while that is over. */
export function expiredText({ by, until }: WaiverFacts): string {
  return `the waiver of ${by} ended on ${dayOf(until)}`;
}

/**
 * A cell with the waiver of its item. Only what is undecided or still to come can be set aside: what has failed has
 * said no.
 */
export function withWaiver(cell: Cell, waiver: WaiverFacts | null, nowMs: number): Cell {
  if (waiver === null || !isWaivable(cell)) return cell;
  if (!isInForce(waiver, nowMs)) return { ...cell, reason: `${cell.reason} (${expiredText(waiver)})` };
  const reason = `${waivedText(waiver)} (${cell.reason})`;
  return { ...cell, status: 'waived', reason, at: waiver.at, by: waiver.by, next: null };
}

export function isWaivable({ status }: Pick<Cell, 'status'>): boolean {
  return status === 'undecided' || status === 'pending' || status === 'waived';
}

/** Newest first; of each subject the one that counts. */
export function waiverViews(waivers: readonly WaiverFacts[], nowMs: number): readonly WaiverView[] {
  return waivers
    .filter((waiver) => lastWaiver(waivers, waiver) === waiver)
    .map((waiver): WaiverView => ({
      subject: waiver.subject,
      environment: waiver.environment,
      owner: waiver.owner,
      reason: waiver.reason,
      until: waiver.until,
      isExpired: !isInForce(waiver, nowMs),
      by: waiver.by,
      at: waiver.at,
    }))
    .toReversed();
}

function dayOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
