import type { ApiClient } from '../../api/client.ts';
import type { UndeliveredView } from '../../api/views/alerts.ts';
import { count } from '../../core/texts/figures.ts';
import { nextTryText } from '../output/alerts-text.ts';
import { agoOf } from '../output/time.ts';
import type { HealthCheck } from '../server-verbs.ts';

/** Receivers that cannot be told of alerts. */
export async function alertChecks(client: ApiClient, now: Date): Promise<readonly HealthCheck[]> {
  const { undelivered } = await client.call('undelivered', {});
  return undelivered.map((each) => undeliveredCheck(each, now));
}

function undeliveredCheck(
  { integration, environment, receiver, last, count: events }: UndeliveredView,
  now: Date,
): HealthCheck {
  const told = `${receiver} was not told of ${count(events, 'event')}, the last one ${agoOf(last.at, now)}`;
  return {
    name: `alerts of ${integration}/${environment}`,
    ok: false,
    detail: `${told}: ${last.error ?? 'no answer'}; ${nextTryText(last.nextTryAt, now)}`,
    hint: `Mend the receiver or its address, then: deployer alerts --test ${environment} --integration ${integration}`,
  };
}
