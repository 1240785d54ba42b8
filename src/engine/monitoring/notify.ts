import { randomUUID } from 'node:crypto';

import { deliveryWithinMs } from '../../core/alerts/delivery.ts';
import type { NotificationBody } from '../../core/alerts/notification.ts';
import type { Queries } from '../../store/database.ts';
import { insertNotifications } from '../../store/notifications.ts';

/** What people are told. */
export interface Announcement {
  /** Names it, so that it is written down once. */
  readonly event: string;
  readonly body: NotificationBody;
  readonly receivers: readonly string[];
  /** How long it is tried. @default 24 hours */
  readonly withinMs?: number;
}

/** Writes down who is to be told of what, from now on. Call it in the transaction of what they are told of. */
export async function notify(
  db: Queries,
  { event, body, receivers, withinMs = deliveryWithinMs }: Announcement,
): Promise<void> {
  const { kind, integration, environment } = body;
  const at = new Date(body.at);
  await insertNotifications(
    db,
    receivers.map((receiver) => ({
      id: randomUUID(),
      event,
      receiver,
      kind,
      integration,
      environment,
      body: JSON.stringify(body),
      created_at: at,
      deadline: new Date(at.getTime() + withinMs),
      next_at: at,
    })),
  );
}
