import { failed, passed, type StageOutcome, undecided } from './verdict.ts';

/** Who answered a user after a switch. */
export type Heard =
  | { readonly kind: 'answered'; readonly deployment: string | null }
  /** Nobody could be asked: nothing is known of the switch. */
  | { readonly kind: 'unsent'; readonly problem: string };

export interface RehearsalFacts {
  readonly candidate: string;
  /** What users went back to. */
  readonly former: string;
  /** It was made for the rehearsal, as there is nothing that users could go back to. */
  readonly isTwin: boolean;
  /** Why the former deployment was not gone back to, though there is one; null otherwise. */
  readonly noWayBack: string | null;
  readonly backMs: number;
  readonly afterBack: Heard;
  readonly forwardMs: number;
  readonly afterForward: Heard;
}

/** A rehearsal passes when users were answered by whom they were sent to, both ways. */
export function rehearsalVerdict(facts: RehearsalFacts): StageOutcome {
  const { candidate, former, isTwin, backMs, forwardMs } = facts;
  const ways = [
    { way: 'back', to: former, heard: facts.afterBack },
    { way: 'forward', to: candidate, heard: facts.afterForward },
  ];
  for (const { way, to, heard } of ways) {
    if (heard.kind === 'answered' && heard.deployment !== to)
      return failed(`After switching ${way}, ${heard.deployment ?? 'nobody'} answered instead of ${to}`);
  }
  for (const { way, heard } of ways) {
    if (heard.kind === 'unsent')
      return undecided(`After switching ${way}, nobody could be asked: ${heard.problem}`);
  }
  const figures = `there in ${backMs.toFixed(0)} ms, back in ${forwardMs.toFixed(0)} ms`;
  const instead = facts.noWayBack === null ? '' : `; ${facts.noWayBack}`;
  return passed(`To ${isTwin ? 'a second deployment' : former} and back: ${figures}${instead}`);
}
