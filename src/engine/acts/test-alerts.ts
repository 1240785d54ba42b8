import { randomUUID } from 'node:crypto';

import { receiversIn } from '../../core/alerts/alert-rule.ts';
import { testWithinMs } from '../../core/alerts/delivery.ts';
import { testBody } from '../../core/alerts/notification.ts';
import { receiverNames } from '../../core/alerts/receiver.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import { pause } from '../../lib/pause.ts';
import { writeAudit } from '../../store/audit.ts';
import { saveEvidence } from '../../store/evidence.ts';
import { definitionOf } from '../../store/integrations.ts';
import { type NotificationRow, notificationsOf } from '../../store/notifications.ts';
import { notify } from '../monitoring/notify.ts';
import type { RulesInForce } from '../monitoring/rules-in-force.ts';
import { rulesToTest } from '../monitoring/rules-to-test.ts';
import type { EngineParts } from '../parts.ts';

export interface TestOrder {
  readonly integration: string;
  /** Null: the last environment. */
  readonly environment: string | null;
  readonly by: Actor;
}

export interface TestedAlerts {
  readonly environment: string;
  readonly event: string;
  /** Digest of the evidence. */
  readonly evidence: string;
  readonly deliveries: readonly TestDelivery[];
}

export interface TestDelivery {
  readonly receiver: string;
  readonly delivered: boolean;
  readonly attempts: number;
  readonly status: number | null;
  /** Null: it was delivered. */
  readonly error: string | null;
  /** From when it was asked for; null: it was not delivered. */
  readonly ms: number | null;
}

/** A worker that is there takes up what is due within two seconds; the last try may take its whole time. */
const waitMs = testWithinMs + 15_000;
const lookEveryMs = 100;

/**
 * Sends a test to every receiver of what is live, or of what waits to be, by the same way as alerts go, and waits for
 * what becomes of it. That is evidence of that release, also when a receiver was not reached.
 */
export async function testAlerts(
  parts: EngineParts,
  { integration, environment: asked, by }: TestOrder,
  signal: AbortSignal,
): Promise<TestedAlerts> {
  const { db } = parts.database;
  const environment = asked ?? (await lastEnvironment(parts, integration));
  const inForce = await rulesToTest(db, { integration, environment });
  const webhooks = inForce === null ? [] : receiversIn(inForce.monitoring, environment);
  if (inForce === null || webhooks.length === 0) throw nobody(integration, environment);
  const event = `${integration}/${environment}/test/${randomUUID()}`;
  await ask(parts, inForce, { event, by, webhooks });
  const rows = await settled(parts, event, signal);
  const names = receiverNames(webhooks);
  const deliveries = webhooks.map((webhook, index) =>
    deliveryOf(
      names[index] ?? '',
      rows.find(({ receiver }) => receiver === webhook),
    ),
  );
  const subject = { integration, release: inForce.release, environment, deployment: inForce.deployment };
  const body = { event, by: by.identity, monitoring: inForce.digest, deliveries };
  const [evidence = ''] = await saveEvidence(
    db,
    subject,
    [{ kind: 'alert-test', body }],
    new Date(parts.clock.now()),
  );
  return { environment, event, evidence, deliveries };
}

async function lastEnvironment({ database }: EngineParts, integration: string): Promise<string> {
  return (await definitionOf(database.db, integration)).environments.at(-1)?.name ?? '';
}

interface Asked {
  readonly event: string;
  readonly by: Actor;
  readonly webhooks: readonly string[];
}

async function ask(
  { database, clock }: EngineParts,
  { subject, deployment }: RulesInForce,
  { event, by, webhooks }: Asked,
): Promise<void> {
  const body = testBody(subject, by.identity, clock.now());
  await database.transaction(async ({ db }) => {
    await writeAudit(db, {
      integration: subject.integration,
      actor: by,
      action: 'test alerts',
      subject: deployment,
      detail: { event, receivers: receiverNames(webhooks) },
    });
    await notify(db, { event, body, receivers: webhooks, withinMs: testWithinMs });
  });
}

/** The rows when nothing of them is tried any more, or nobody waits any longer. */
async function settled(
  { database, steady }: EngineParts,
  event: string,
  signal: AbortSignal,
): Promise<readonly NotificationRow[]> {
  const endsMs = steady.now() + waitMs;
  for (;;) {
    const rows = await notificationsOf(database.db, event);
    if (rows.every(({ next_at: nextAt }) => nextAt === null) || steady.now() >= endsMs) return rows;
    await pause(lookEveryMs, signal);
  }
}

function deliveryOf(name: string, row: NotificationRow | undefined): TestDelivery {
  const { attempts = 0, status = null, created_at: at, delivered_at: deliveredAt = null } = row ?? {};
  const delivered = deliveredAt !== null;
  return {
    receiver: name,
    delivered,
    attempts,
    status,
    error: delivered ? null : (row?.last_error ?? 'no worker of its host has tried it'),
    ms: deliveredAt === null || at === undefined ? null : deliveredAt.getTime() - at.getTime(),
  };
}

function nobody(integration: string, environment: string): DeployerError {
  return new DeployerError('monitoring_missing', {
    message: `What is live, or about to be, in ${environment} of ${integration} names nobody to be told.`,
    hint: 'Add monitoring.notify to deployer.yaml, then: deployer ship',
  });
}
