/** A way to tell a receiver something. */
export interface Webhooks {
  /** One try, which ends within `webhookTimeoutMs`. Throws only when `signal` aborts. */
  send(webhook: Webhook, signal: AbortSignal): Promise<WebhookAnswer>;
}

export interface Webhook {
  readonly url: string;
  /** The same for every try of one event at one receiver. */
  readonly id: string;
  readonly body: object;
}

/** How a receiver answered. */
export interface WebhookAnswer {
  /** Null: there was no answer. */
  readonly status: number | null;
  /** Why it was not delivered; null: it was. Says nothing of the address, which may be a secret. */
  readonly error: string | null;
}

export const webhookTimeoutMs = 10_000;
