import type { Logger } from 'pino';

import { chooseDue, type Due, nextTryMs } from '../../core/alerts/delivery.ts';
import { addressFault, receiverName } from '../../core/alerts/receiver.ts';
import { type WebhookAnswer, webhookTimeoutMs } from '../../core/alerts/webhook.ts';
import { isSecretText, parseSecretReference } from '../../core/secrets/secret-reference.ts';
import { pinned } from '../../core/secrets/secrets.ts';
import { DeployerError } from '../../errors.ts';
import { messageOf } from '../../lib/message-of.ts';
import { holdsConvergence } from '../../store/alerts.ts';
import {
  dueNotifications,
  type NotificationRow,
  recordDelivery,
  takeNotification,
} from '../../store/notifications.ts';
import type { EngineParts } from '../parts.ts';

/**
 * Sends what is written down to be told. Each is taken before it is sent and recorded after: one that was sent and not
 * recorded, because this process ended, is sent again with the same id.
 */
export interface Delivering {
  /** Begins what is due, and resolves with the milliseconds until one should look again. */
  runOnce(signal: AbortSignal): Promise<number>;
  /** Resolves when nothing is on its way, which an abort of the signal of `runOnce` brings about. */
  settled(): Promise<void>;
}

const lookEveryMs = 2000;
/** Somebody waits for what is left. */
const busyMs = 500;
const atOnce = 8;
/** Whoever has taken one has recorded it by then, or lives no more. */
const leaseMs: number = webhookTimeoutMs + 5000;

type DeliveryParts = Pick<EngineParts, 'database' | 'worker' | 'clock' | 'secrets' | 'webhooks'>;

export function delivering(parts: DeliveryParts, logger: Logger): Delivering {
  const { database, worker, clock } = parts;
  const underway = new Map<string, Due & { readonly done: Promise<void> }>();

  async function take(row: NotificationRow): Promise<NotificationRow | null> {
    const lease = new Date(clock.now() + leaseMs);
    return await database.transaction(async ({ db }) =>
      (await holdsConvergence(db, worker)) ? await takeNotification(db, row, lease) : null,
    );
  }

  async function deliver(due: NotificationRow, signal: AbortSignal): Promise<void> {
    const row = await take(due);
    if (row === null) return;
    const answer = await send(parts, row, signal);
    const nowMs = clock.now();
    const failed = {
      attempts: row.attempts,
      nowMs,
      deadlineMs: row.deadline.getTime(),
      random: Math.random(),
    };
    const next = answer.error === null ? null : nextTryMs(failed);
    const nextAt = next === null ? null : new Date(next);
    await recordDelivery(database.db, row, { ...answer, at: new Date(nowMs), nextAt });
    const about = { event: row.event, receiver: receiverName(row.receiver), attempts: row.attempts };
    if (answer.error === null) logger.info(about, 'told');
    else logger.warn({ ...about, problem: answer.error, nextAt }, 'a receiver could not be told');
  }

  return {
    async runOnce(signal) {
      const due = await dueNotifications(database.db, worker, new Date(clock.now()));
      for (const row of chooseDue(due, [...underway.values()], atOnce)) {
        const done = deliver(row, signal)
          .catch((error: unknown) => {
            if (!signal.aborted)
              logger.warn({ event: row.event, message: messageOf(error) }, 'nothing was sent');
          })
          .finally(() => underway.delete(row.id));
        underway.set(row.id, { id: row.id, integration: row.integration, receiver: row.receiver, done });
      }
      return due.length > 0 ? busyMs : lookEveryMs;
    },
    async settled() {
      await Promise.all([...underway.values()].map(({ done }) => done));
    },
  };
}

async function send(
  parts: DeliveryParts,
  { id, receiver, body, integration }: NotificationRow,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const address = await addressOf(parts, integration, receiver);
  if ('error' in address) return { status: null, error: address.error };
  return await parts.webhooks.send({ url: address.url, id, body }, signal);
}

/** Asked for last. A secret is used in its newest version: an address that was changed is the right one. */
async function addressOf(
  { secrets }: DeliveryParts,
  integration: string,
  receiver: string,
): Promise<{ readonly url: string } | { readonly error: string }> {
  if (!isSecretText(receiver)) return { url: receiver };
  const reference = parseSecretReference(receiver);
  if (reference === null) return { error: 'it is no reference to a secret' };
  try {
    const usable = pinned(reference, await secrets.standing(integration, reference));
    if (usable instanceof DeployerError) throw usable;
    const version = parseSecretReference(usable);
    if (version === null) return { error: 'it is no reference to a secret' };
    // From now on the value is taken out of whatever this process says.
    await secrets.redactor(integration);
    const url = (await secrets.read(integration, version)).trim();
    const fault = addressFault(url);
    return fault === null ? { url } : { error: `the value of the secret ${fault}` };
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    return { error: `${error.message.replace(/\.$/, '')}: ${error.hint}` };
  }
}
