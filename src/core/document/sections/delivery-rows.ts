import type { DeliveryFigures, Spread } from '../delivery.ts';
import { count, percent } from '../../texts/figures.ts';
import type { Saying } from '../blocks.ts';
import type { DocumentRow, Words } from '../document.ts';
import { observed } from '../sources.ts';
import { words } from '../words.ts';

/** The four figures of delivery, each with how many deployments it is taken from. */
export function deliveryRows(
  figures: DeliveryFigures,
  { say, at }: { readonly say: Saying; readonly at: string },
): readonly DocumentRow[] {
  const { deployments, perWeek, failed, failureRate } = figures;
  const row = (id: string, name: string, value: Words, from: Words): DocumentRow =>
    say.row(`pipeline.delivery.${id}`, [[name], value, from], observed(at));
  const none = words`no deployment`;
  return [
    row(
      'frequency',
      'Deployment frequency',
      words`${count(deployments, 'deployment')}, ${Number(perWeek.toPrecision(2))} a week`,
      words`releases that became what users have`,
    ),
    row(
      'lead-time',
      'Change lead time',
      spreadWords(figures.leadTime, none),
      words`commit to the switch of users`,
    ),
    row(
      'failure-rate',
      'Change fail rate',
      failureRate === null ? none : words`${percent(failureRate)} (${failed} of ${deployments})`,
      words`deployments that users were taken back from`,
    ),
    row(
      'recovery',
      'Failed deployment recovery time',
      spreadWords(figures.recovery, words`none failed`),
      words`switch to a failed deployment until users had left it`,
    ),
  ];
}

function spreadWords(spread: Spread | null, none: Words): Words {
  if (spread === null) return none;
  const { medianMs, longestMs, count: of } = spread;
  return of === 1
    ? words`${longDuration(medianMs)}`
    : words`median ${longDuration(medianMs)}, longest ${longDuration(longestMs)}`;
}

/** `42 s`, `15 min`, `3.5 h`, `12 days` */
function longDuration(ms: number): string {
  if (ms < 120_000) return `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`;
  if (ms < 2 * 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 48 * 3_600_000) return `${Number((ms / 3_600_000).toFixed(1))} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}
