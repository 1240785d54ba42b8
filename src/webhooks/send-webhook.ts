import { type Webhook, type WebhookAnswer, type Webhooks, webhookTimeoutMs } from '../core/alerts/webhook.ts';
import { isNodeError } from '../lib/node-error.ts';

export interface WebhookOptions {
  /** Of Deployer, which says who it is. */
  readonly version: string;
  /** @default 10 s */
  readonly timeoutMs?: number;
}

/** Delivered is what is answered with 2xx. What the receiver says beside its status is not read. */
export function httpWebhooks({ version, timeoutMs = webhookTimeoutMs }: WebhookOptions): Webhooks {
  return {
    async send(webhook, signal) {
      const over = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        return await post(webhook, `deployer/${version}`, over);
      } catch (error) {
        signal.throwIfAborted();
        return { status: null, error: problemOf(error, timeoutMs) };
      }
    },
  };
}

async function post(
  { url, id, body }: Webhook,
  userAgent: string,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const answer = await fetch(url, {
    method: 'POST',
    // An address that somebody else chooses might be one of this machine.
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'user-agent': userAgent,
      'idempotency-key': id,
      'x-deployer-event': id,
    },
    body: JSON.stringify({ id, ...body }),
    signal,
  });
  await answer.body?.cancel();
  return { status: answer.status, error: errorOf(answer.status) };
}

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  const isRedirect = status >= 300 && status < 400;
  return `it answered with status ${status}${isRedirect ? ', and redirects are not followed' : ''}`;
}

/** Messages of the system name the host, so only its codes are told. */
function problemOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer within ${timeoutMs / 1000} s`;
  const cause = error instanceof Error ? error.cause : null;
  const code = isNodeError(cause) ? cause.code : isNodeError(error) ? error.code : 'no connection';
  return words[code] === undefined ? `it could not be reached (${code})` : `${words[code]} (${code})`;
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens at its address',
  ENOTFOUND: 'its host is not known',
  EAI_AGAIN: 'its host could not be looked up',
  ECONNRESET: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};
