import { parseSecretReference } from '../secrets/secret-reference.ts';
import { isLoopback } from '../texts/loopback.ts';

/** Why an address cannot be told of alerts, as `must …`; null: it can. */
export function addressFault(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'must be an https address';
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password in it';
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return null;
  return 'must be an https address: others could read what is sent';
}

/**
 * A receiver as people may see it. The path of a webhook's address is often what lets one post there, so no more than
 * its host is shown.
 */
export function receiverName(webhook: string): string {
  if (parseSecretReference(webhook) !== null) return webhook;
  if (!/^https?:/i.test(webhook) || !URL.canParse(webhook)) return 'an address that cannot be read';
  const { origin, pathname, search } = new URL(webhook);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}

/** Of several with one host, each by its number in the list. */
export function receiverNames(webhooks: readonly string[]): readonly string[] {
  const names = webhooks.map(receiverName);
  return names.map((name, index) =>
    names.filter((other) => other === name).length === 1 ? name : `${name} (${index + 1})`,
  );
}
