import type { SwitchCause } from '../switching/switcher.ts';

/**
 * The four figures of software delivery, of one environment: how often it is deployed to, how long a commit takes to
 * get there, which share of the deployments had to be taken back, and how long that took. The definitions are those of
 * DORA ("DORA's software delivery performance metrics", dora.dev/guides/dora-metrics): change lead time, deployment
 * frequency, change fail rate, failed deployment recovery time.
 */
export interface DeliveryFigures {
  readonly environment: string;
  /** Over how many days; fewer than were asked for when the environment is younger. */
  readonly days: number;
  readonly deployments: number;
  readonly perWeek: number;
  /** From commit to the switch; null: of no deployment is it known. */
  readonly leadTime: Spread | null;
  /** Deployments that users were taken back from. */
  readonly failed: number;
  /** Null without deployments. */
  readonly failureRate: number | null;
  /** From the switch to a failed deployment until users had left it; null: none failed. */
  readonly recovery: Spread | null;
}

export interface Spread {
  readonly medianMs: number;
  readonly longestMs: number;
  readonly count: number;
}

/** A switch of an environment, oldest first. */
export interface DeliverySwitch {
  readonly atMs: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly cause: SwitchCause;
  /** Of the release that it switched to; null: not known. */
  readonly committedMs: number | null;
}

export interface DeliveryPeriod {
  readonly nowMs: number;
  /** When the environment was switched first. */
  readonly firstMs: number;
  /** Days to look back. */
  readonly within: number;
}

const dayMs = 24 * 3_600_000;

/** Causes by which users leave a deployment because it was bad. */
const takenBack: ReadonlySet<SwitchCause> = new Set(['rollback', 'watch', 'uat', 'undo']);

/** @param switches of the last `within` days, oldest first */
export function deliveryFigures(
  environment: string,
  switches: readonly DeliverySwitch[],
  { nowMs, firstMs, within }: DeliveryPeriod,
): DeliveryFigures {
  // A rehearsal moves users there and back, and delivers nothing.
  const moves = switches.filter(({ cause }) => cause !== 'rehearsal');
  const shipped = moves.filter(({ cause, to }) => cause === 'ship' && to !== null);
  const days = Math.min(within, Math.max(1, Math.ceil((nowMs - firstMs) / dayMs)));
  const recoveries = shipped.flatMap((each) => recoveryMs(each, moves) ?? []);
  return {
    environment,
    days,
    deployments: shipped.length,
    perWeek: (shipped.length * 7) / days,
    leadTime: spreadOf(
      // A clock that was wrong when somebody committed says nothing of how long it took.
      shipped.flatMap(({ atMs, committedMs }) =>
        committedMs === null || committedMs > atMs ? [] : [atMs - committedMs],
      ),
    ),
    failed: recoveries.length,
    failureRate: shipped.length === 0 ? null : recoveries.length / shipped.length,
    recovery: spreadOf(recoveries),
  };
}

/** How long users had a deployment before they were taken back from it; null: they were not. */
function recoveryMs(ship: DeliverySwitch, moves: readonly DeliverySwitch[]): number | null {
  const left = moves.find(({ from, atMs }) => from === ship.to && atMs >= ship.atMs);
  return left !== undefined && takenBack.has(left.cause) ? left.atMs - ship.atMs : null;
}

function spreadOf(times: readonly number[]): Spread | null {
  const sorted = times.toSorted((a, b) => a - b);
  const longestMs = sorted.at(-1);
  if (longestMs === undefined) return null;
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return {
    medianMs: middle.reduce((sum, each) => sum + each, 0) / middle.length,
    longestMs,
    count: sorted.length,
  };
}
