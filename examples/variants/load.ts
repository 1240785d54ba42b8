import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { tickets } from '../triage-desk/traffic.ts';

export interface Measured {
  readonly p95Ms: number;
  readonly errorRate: number;
}

const RATE = 20;
const SECONDS = 5;
const TIMEOUT_MS = 5_000;
const TICKETS = 60;
const AT_ONCE = 4;

/** The same case at a steady rate, whether the answers come or not; time counts from when a request was due. */
export async function sendLoad(url: string, bodyFile: string): Promise<Measured> {
  const body = readFileSync(bodyFile, 'utf8');
  const startedAt = performance.now();
  const requests = Array.from({ length: RATE * SECONDS }, async (_, index) => {
    const dueAt = startedAt + (index * 1000) / RATE;
    await delay(Math.max(0, dueAt - performance.now()));
    return send(`${url}/v1/partner/preview`, { method: 'POST', body }, dueAt);
  });
  return measure(await Promise.all(requests));
}

/** Tickets of many customers, a few at a time. */
export async function sendTraffic(url: string): Promise<Measured> {
  const requests = tickets(1);
  const sent: Sent[] = [];
  async function sendShare(): Promise<void> {
    for (let count = 0; count < TICKETS / AT_ONCE; count += 1) {
      const { value } = requests.next();
      if (value === undefined) return;
      const { path, ...request } = value;
      sent.push(await send(url + path, request, performance.now()));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendShare));
  return measure(sent);
}

interface Sent {
  readonly ms: number;
  readonly failed: boolean;
}

async function send(url: string, request: RequestInit, dueAt: number): Promise<Sent> {
  const failed = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) })
    .then(async (response) => {
      await response.arrayBuffer();
      return response.status >= 500;
    })
    .catch(() => true);
  return { ms: performance.now() - dueAt, failed };
}

function measure(sent: readonly Sent[]): Measured {
  const times = sent.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    p95Ms: times[Math.ceil(times.length * 0.95) - 1] ?? 0,
    errorRate: sent.filter(({ failed }) => failed).length / sent.length,
  };
}
