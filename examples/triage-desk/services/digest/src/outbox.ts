/** The outbox of the tools, as a consumer sees it. */
export interface Outbox {
  readonly take: () => Promise<Lease | undefined>;
  readonly acknowledge: (lease: string) => Promise<boolean>;
}

export interface Lease {
  readonly lease: string;
  readonly message: { readonly id: string; readonly ticket: string; readonly reason: string };
}

const TIMEOUT_MS = 5_000;

export function createOutbox(url: string): Outbox {
  function post(path: string, body: object): Promise<Response> {
    return fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }

  return {
    async take() {
      const response = await post('/outbox/take', {});
      if (!response.ok) throw new Error(`the outbox answered ${response.status}`);
      return response.status === 204 ? undefined : ((await response.json()) as Lease);
    },
    async acknowledge(lease) {
      return (await post('/outbox/acknowledge', { lease })).ok;
    },
  };
}
