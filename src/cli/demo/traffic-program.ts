// The users of the demo, in a process of their own: several clients with kept connections, until the pipe that holds
// this process is closed. Prints what they saw as one line of JSON.
//
// Usage: traffic-program <url> <ca file> <module with tickets()>
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { counted, noTraffic, type TrafficCounts } from './traffic-counts.ts';

interface Ticket {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const clients = 3;
const pauseMs = 120;
const answerDeadlineMs = 15_000;

const [url = '', caFile = '', module = ''] = process.argv.slice(2);
const { Agent, request } = await import('node:https');
const agent = new Agent({ ca: await readFile(caFile), keepAlive: true, maxSockets: clients });
// The example's own module: what it exports is checked by its use.
const { tickets } = (await import(pathToFileURL(module).href)) as {
  readonly tickets: (seed: number) => Generator<Ticket>;
};

let counts: TrafficCounts = noTraffic;
let isOver = false;
process.stdin.on('end', () => (isOver = true)).resume();
await Promise.all(Array.from({ length: clients }, (_, index) => client(tickets(index + 1))));
agent.destroy();
process.stdout.write(`${JSON.stringify(counts)}\n`);

async function client(work: Generator<Ticket>): Promise<void> {
  for (const ticket of work) {
    if (isOver) return;
    const { deployment, status } = await send(ticket);
    counts = counted(counts, deployment, status === 0 || status >= 500);
    await delay(pauseMs);
  }
}

/** Status 0: no answer. */
function send({ path, method, headers, body }: Ticket): Promise<{ deployment: string; status: number }> {
  return new Promise((resolve) => {
    const nobody = { deployment: 'nobody', status: 0 };
    const sent = request(`${url}${path}`, { agent, method, headers, timeout: answerDeadlineMs }, (answer) => {
      const deployment = answer.headers['x-deployer-deployment'];
      const seen = { deployment: String(deployment ?? 'nobody'), status: answer.statusCode ?? 0 };
      answer.resume().once('end', () => resolve(seen));
      answer.once('error', () => resolve(nobody));
    });
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => resolve(nobody));
    sent.end(body);
  });
}
